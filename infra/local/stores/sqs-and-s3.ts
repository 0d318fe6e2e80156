import { existsSync, statSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { dirname, join } from 'node:path'
import { buildApp } from 'fauxqs'
import { DamagedData, explainOpenFailure, requireFile } from '../damage.ts'
import { guarded } from '../guard.ts'
import type { RunningServer, StoreOptions } from '../running-server.ts'
import { Disk } from './disk.ts'
import { durableS3Store } from './durable-s3.ts'
import { internals, type Stores } from './fauxqs-internals.ts'

/**
 * Starts SQS and S3 at one address, both in one SQLite file in `folder`. Survives SIGKILL, and a disk that can't be written for a
 * while: SQLite rolls back a failed write and works again as soon as the disk does.
 * Replaces `startFauxqs` of fauxqs 2.4.1, which listens on all interfaces without authentication.
 */
export async function startSqsAndS3(folder: string, { host, credentials, log }: StoreOptions): Promise<RunningServer> {
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
  // fauxqs accepts 11 MiB per request; S3 accepts 5 GiB.
  app.removeContentTypeParser('*')
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: 1024 ** 3 }, (_request, body, done) => done(null, body))
  const disk = new Disk(folder, log)
  app.setErrorHandler((error, request, reply) => {
    const diskProblem = isSqliteError(error) ? disk.failed(error) : undefined
    if (!diskProblem) log.error('SQS or S3 failed', { error })
    const code = diskProblem ? 'ServiceUnavailable' : 'InternalError'
    const message = diskProblem ?? String(error)
    const isS3 = request.headers['x-amz-target'] === undefined
    reply.status(diskProblem ? 503 : 500).type(isS3 ? 'application/xml' : 'application/x-amz-json-1.0')
    return isS3 ? xmlError(code, message) : JSON.stringify({ __type: `com.amazonaws.sqs#${code}`, message })
  })
  app.addHook('onResponse', (request, reply, done) => {
    if (request.method === 'PUT' && reply.statusCode === 200) disk.succeeded()
    done()
  })
  app.addHook('preClose', (done) => {
    persistence.close()
    done()
  })
  try {
    await app.ready()
    // Wrap the listener instead of using a hook: hooks don't run for a URL that can't be parsed.
    for (const listener of app.server.listeners('request') as RequestListener[])
      app.server.off('request', listener).on('request', guarded(listener, credentials))
    return { url: await app.listen({ host, port: 0 }), close: () => app.close() }
  } catch (error) {
    await app.close()
    throw error
  }
}

/** Rejects an empty file, which SQLite would treat as a new database. @throws Error that says what is wrong */
function openPersistence<Result>(folder: string, open: () => Result): Result {
  const file = join(folder, 'fauxqs.db')
  requireFile(dirname(folder), file)
  const isEmpty = statSync(file, { throwIfNoEntry: false })?.size === 0 && !existsSync(`${file}-wal`)
  if (isEmpty) throw new DamagedData(dirname(folder), file, 'is empty')
  try {
    return open()
  } catch (error) {
    throw explainOpenFailure(folder, error)
  }
}

const isSqliteError = (error: unknown): boolean => (error as { code?: string }).code === 'ERR_SQLITE_ERROR'

const xmlError = (code: string, message: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`

const escapeXml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
