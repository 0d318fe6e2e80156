import { existsSync, statSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { dirname, join } from 'node:path'
import { buildApp } from 'fauxqs'
import { Damaged, requireFile, unopenable } from '../damage.ts'
import { guarded } from '../guard.ts'
import type { Started, StoreOptions } from '../started.ts'
import { Disk } from './disk.ts'
import { durableS3Store } from './durable-s3.ts'
import { internals, type Stores } from './fauxqs-internals.ts'

/**
 * SQS and S3 at one address, both in one SQLite file in `folder`. Survives SIGKILL, and a disk that cannot be written for a
 * while: SQLite takes a failed write back, and is well again when the disk is.
 * This is `startFauxqs` of fauxqs 2.4.1, but that one listens on every interface of the machine, and answers everybody.
 */
export async function startSqsAndS3(folder: string, { host, credentials, log }: StoreOptions): Promise<Started> {
  const { PersistenceManager, SqsStore, SnsStore, S3Store } = await internals()
  const persistence = openPersistence(folder, () => new PersistenceManager(folder))
  const stores: Stores = {
    sqsStore: new SqsStore(),
    snsStore: new SnsStore(),
    s3Store: durableS3Store(S3Store, persistence, log),
  }
  try {
    openPersistence(folder, () => persistence.load(stores.sqsStore, stores.snsStore, stores.s3Store))
  } catch (error) {
    persistence.close()
    throw error
  }
  for (const store of [...Object.values(stores), ...stores.sqsStore.allQueues()]) Object.assign(store, { persistence })

  const app = buildApp({ logger: false, stores })
  // fauxqs takes 11 MiB; S3 takes 5 GiB in one request.
  app.removeContentTypeParser('*')
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: 1024 ** 3 }, (_request, body, done) => done(null, body))
  const disk = new Disk(folder, log)
  app.setErrorHandler((error, request, reply) => {
    const trouble = isSqliteError(error) ? disk.failed(error) : undefined
    if (!trouble) log.error('SQS or S3 could not answer', { error })
    const code = trouble ? 'ServiceUnavailable' : 'InternalError'
    const message = trouble ?? String(error)
    const isS3 = request.headers['x-amz-target'] === undefined
    reply.status(trouble ? 503 : 500).type(isS3 ? 'application/xml' : 'application/x-amz-json-1.0')
    return isS3 ? xmlError(code, message) : JSON.stringify({ __type: `com.amazonaws.sqs#${code}`, message })
  })
  app.addHook('onResponse', (request, reply, done) => {
    if (request.method === 'PUT' && reply.statusCode === 200) disk.works()
    done()
  })
  app.addHook('preClose', (done) => {
    persistence.close()
    done()
  })
  try {
    await app.ready()
    // Not a hook: what no hook sees, an address that cannot be parsed for one, would be answered.
    for (const listener of app.server.listeners('request') as RequestListener[])
      app.server.off('request', listener).on('request', guarded(listener, credentials))
    return { url: await app.listen({ host, port: 0 }), close: () => app.close() }
  } catch (error) {
    await app.close()
    throw error
  }
}

/** SQLite takes an empty file for a new one. @throws Error that says what is wrong with the files */
function openPersistence<Result>(folder: string, open: () => Result): Result {
  const file = join(folder, 'fauxqs.db')
  requireFile(dirname(folder), file)
  const isEmpty = statSync(file, { throwIfNoEntry: false })?.size === 0 && !existsSync(`${file}-wal`)
  if (isEmpty) throw new Damaged(dirname(folder), file, 'is empty')
  try {
    return open()
  } catch (error) {
    throw unopenable(folder, error)
  }
}

const isSqliteError = (error: unknown): boolean => (error as { code?: string }).code === 'ERR_SQLITE_ERROR'

const xmlError = (code: string, message: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`

const escapeXml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
