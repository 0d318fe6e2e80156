import type { DynaliteStore, Operation, SubDatabase } from 'dynalite/db/index.js'

/**
 * The store as one writing request sees it: what dynalite does to the indexes first, and then to the item itself, is
 * handed to `write` together. Else a crash or a full disk in between would leave an item that an index has lost.
 */
export function inOneWrite(store: DynaliteStore, write: (operations: Operation[]) => Promise<void>): DynaliteStore {
  const toIndexes: Operation[] = []
  return Object.assign(Object.create(store), {
    getIndexDb: (type: string, table: string, index: string) =>
      writingTo(
        store.getIndexDb(type, table, index),
        `index-${type.toLowerCase()}~${table}~${index}~`,
        async (change) => {
          toIndexes.push(change)
        },
      ),
    getItemDb: (table: string) =>
      writingTo(store.getItemDb(table), `item-${table}~`, (change) => write([...toIndexes.splice(0), change])),
  })
}

/** The same part of the database, with another way to write to it; `prefix` is what dynalite puts before its keys. */
function writingTo(part: SubDatabase, prefix: string, write: (change: Operation) => Promise<void>): SubDatabase {
  const given: Pick<SubDatabase, 'put' | 'del'> = {
    put: (key, value, callback) => hand(write({ type: 'put', key: prefix + key, value }), callback),
    del: (key, callback) => hand(write({ type: 'del', key: prefix + key }), callback),
  }
  return Object.assign(Object.create(part), given)
}

/** A callback that throws must not be called again with its own error. */
function hand(writing: Promise<void>, callback: (error: Error | null) => void): void {
  writing.then(
    () => setImmediate(callback, null),
    (error) => setImmediate(callback, error),
  )
}
