import type { BuildAppOptions } from 'fauxqs'

export type Stores = NonNullable<BuildAppOptions['stores']>

export interface Persistence {
  load(...stores: unknown[]): void
  close(): void
  deleteObject(bucket: string, key: string): void
}

export interface Internals {
  PersistenceManager: new (folder: string) => Persistence
  SqsStore: new () => Stores['sqsStore']
  SnsStore: new () => Stores['snsStore']
  S3Store: new () => Stores['s3Store']
}

/** Imports fauxqs's internal modules from next to its entry, since the package doesn't export them. */
export async function internals(): Promise<Internals> {
  const entry = import.meta.resolve('fauxqs')
  const files = ['persistence.js', 'sqs/sqsStore.js', 'sns/snsStore.js', 's3/s3Store.js']
  const modules = await Promise.all(files.map((file) => import(new URL(file, entry).href)))
  return Object.assign({}, ...modules)
}
