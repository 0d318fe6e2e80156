import type { DynaliteStore, Operation, SubDatabase } from 'dynalite/db/index.js'

/**
 * A view of the store for one write request. dynalite first updates the indexes, then the item; this passes all of it to `write`
 * together. Otherwise a crash or a full disk in between would leave an item that is missing from an index.
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

/** The same sub-database, but writing through `write`. `prefix` is what dynalite puts in front of its keys. */
function writingTo(part: SubDatabase, prefix: string, write: (change: Operation) => Promise<void>): SubDatabase {
  const given: Pick<SubDatabase, 'put' | 'del'> = {
    put: (key, value, callback) => callWhenDone(write({ type: 'put', key: prefix + key, value }), callback),
    del: (key, callback) => callWhenDone(write({ type: 'del', key: prefix + key }), callback),
  }
  return Object.assign(Object.create(part), given)
}

/** Uses setImmediate so that a callback that throws isn't called again with its own error. */
function callWhenDone(writing: Promise<void>, callback: (error: Error | null) => void): void {
  writing.then(
    () => setImmediate(callback, null),
    (error) => setImmediate(callback, error),
  )
}
