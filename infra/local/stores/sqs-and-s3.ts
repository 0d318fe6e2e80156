import { type BuildAppOptions, buildApp } from 'fauxqs'
import type { Log } from '../../../shared/log.ts'
import type { Started } from '../started.ts'
import { Disk } from './disk.ts'

type Stores = NonNullable<BuildAppOptions['stores']>

/**
 * SQS and S3 at one address, both in one SQLite file in `folder`. Survives SIGKILL, and a disk that cannot be written for a
 * while: SQLite takes a failed write back, and is well again when the disk is.
 * This is `startFauxqs` of fauxqs 2.4.1, but that one listens on every interface of the machine, and asks nobody for
 * credentials.
 */
export async function startSqsAndS3(folder: string, host: string, log: Log): Promise<Started> {
  const { PersistenceManager, SqsStore, SnsStore, S3Store } = await internals()
  const persistence = new PersistenceManager(folder)
  /** fauxqs forgets an object first: one that cannot be deleted would be gone until the next start. */
  class DurableS3Store extends S3Store {
    override deleteObject(bucket: string, key: string): void {
      persistence.deleteObject(bucket, key)
      super.deleteObject(bucket, key)
    }
  }
  const stores: Stores = { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: new DurableS3Store() }
  persistence.load(stores.sqsStore, stores.snsStore, stores.s3Store)
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
    return { url: await app.listen({ host, port: 0 }), close: () => app.close() }
  } catch (error) {
    await app.close()
    throw error
  }
}

const isSqliteError = (error: unknown): boolean => (error as { code?: string }).code === 'ERR_SQLITE_ERROR'

const xmlError = (code: string, message: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`

const escapeXml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

interface Persistence {
  load(...stores: unknown[]): void
  close(): void
  deleteObject(bucket: string, key: string): void
}

interface Internals {
  PersistenceManager: new (folder: string) => Persistence
  SqsStore: new () => Stores['sqsStore']
  SnsStore: new () => Stores['snsStore']
  S3Store: new () => Stores['s3Store']
}

/** The package exports only its entry; its other files lie beside that. */
async function internals(): Promise<Internals> {
  const entry = import.meta.resolve('fauxqs')
  const files = ['persistence.js', 'sqs/sqsStore.js', 'sns/snsStore.js', 's3/s3Store.js']
  const modules = await Promise.all(files.map((file) => import(new URL(file, entry).href)))
  return Object.assign({}, ...modules)
}
