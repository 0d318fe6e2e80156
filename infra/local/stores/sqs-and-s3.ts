import { type BuildAppOptions, buildApp } from 'fauxqs'
import type { Started } from '../started.ts'

type Stores = NonNullable<BuildAppOptions['stores']>

/**
 * SQS and S3 at one address, both in one SQLite file in `folder`. Survives SIGKILL.
 * This is `startFauxqs` of fauxqs 2.4.1, but that one listens on every interface of the machine, and asks nobody for
 * credentials.
 */
export async function startSqsAndS3(folder: string, host: string): Promise<Started> {
  const { PersistenceManager, SqsStore, SnsStore, S3Store } = await internals()
  const persistence = new PersistenceManager(folder)
  const stores: Stores = { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: new S3Store() }
  persistence.load(stores.sqsStore, stores.snsStore, stores.s3Store)
  for (const store of [...Object.values(stores), ...stores.sqsStore.allQueues()]) Object.assign(store, { persistence })

  const app = buildApp({ logger: false, stores })
  // fauxqs takes 11 MiB; S3 takes 5 GiB in one request.
  app.removeContentTypeParser('*')
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: 1024 ** 3 }, (_request, body, done) => done(null, body))
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

interface Internals {
  PersistenceManager: new (folder: string) => { load(...stores: unknown[]): void; close(): void }
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
