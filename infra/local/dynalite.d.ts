declare module 'dynalite' {
  import type { Server } from 'node:http'

  /** An in-memory DynamoDB as an HTTP server. */
  export default function dynalite(options?: {
    createTableMs?: number
    updateTableMs?: number
    deleteTableMs?: number
  }): Server
}

/** The internal modules behind dynalite's HTTP server. */
declare module 'dynalite/db/index.js' {
  type Callback<Value = unknown> = (error: Error | null, value?: Value) => void

  export interface SubDatabase {
    put(key: string, value: unknown, callback: Callback): void
    del(key: string, callback: Callback): void
    lock(key: string, work: (release: unknown) => void): void
  }

  export type Operation = { type: 'put'; key: string; value: unknown } | { type: 'del'; key: string }

  /** Iterates over keys or values. */
  export interface LevelIterator {
    close(): Promise<void>
  }

  export interface DynaliteStore {
    /** LevelDB. It opens on first use; calling `open` waits for that. */
    db: {
      open(): Promise<void>
      close(): Promise<void>
      batch(operations: Operation[]): Promise<void>
      keys(options?: object): LevelIterator
      values(options?: object): LevelIterator
    }
    getItemDb(table: string): SubDatabase
    getIndexDb(type: string, table: string, index: string): SubDatabase
  }

  interface Dynalite {
    create(options: {
      path?: string
      createTableMs?: number
      updateTableMs?: number
      deleteTableMs?: number
    }): DynaliteStore
  }

  const dynalite: Dynalite
  export default dynalite
}

declare module 'dynalite/validations/index.js' {
  import type { DynaliteStore } from 'dynalite/db/index.js'

  /** What one operation accepts. */
  export interface Validation {
    types: object
    custom?: unknown
  }

  interface Validations {
    /** @throws an error with `statusCode` and `body` */
    checkTypes(input: object, types: object): object
    /** @throws an error with `statusCode` and `body` */
    checkValidations(input: object, types: object, custom: unknown, store: DynaliteStore): void
  }

  const validations: Validations
  export default validations
}
