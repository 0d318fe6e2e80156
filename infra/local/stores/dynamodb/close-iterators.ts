import type { DynaliteStore, LevelIterator } from 'dynalite/db/index.js'

/**
 * Has every iterator closed when the stream that dynalite makes of it ends. That stream calls the iterator's `return`, as async
 * generators have it; LevelDB's have only `close`, so that each query left one open, with its snapshot and up to 1,000 items.
 */
export function closeIterators({ db }: DynaliteStore): void {
  for (const kind of ['keys', 'values'] as const) {
    const open = db[kind].bind(db)
    db[kind] = (options) => returning(open(options))
  }
}

const returning = (iterator: LevelIterator): LevelIterator =>
  Object.assign(iterator, { return: async () => await iterator.close() })
