declare module 'dynalite' {
  import type { Server } from 'node:http'

  interface DynaliteOptions {
    /** Folder of the LevelDB store; in memory without it. */
    path?: string
    createTableMs?: number
    updateTableMs?: number
    deleteTableMs?: number
  }

  export default function dynalite(options?: DynaliteOptions): Server
}
