import type { DynaliteStore, LevelIterator } from 'dynalite/db/index.js'

/**
 * Closes every iterator when the stream that dynalite builds on it ends. The stream calls `return`, as async generators have it, but
 * LevelDB's iterators only have `close`. Without this, each query leaks an iterator with its snapshot and up to 1,000 items.
 */
export function closeIterators({ db }: DynaliteStore): void {
  for (const kind of ['keys', 'values'] as const) {
    const open = db[kind].bind(db)
    db[kind] = (options) => returning(open(options))
  }
}

const returning = (iterator: LevelIterator): LevelIterator =>
  Object.assign(iterator, { return: async () => await iterator.close() })
