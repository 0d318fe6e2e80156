import type { Credentials } from '../../shared/env.ts'
import type { Log } from '../../shared/log.ts'

/** A server of this machine that runs. */
export interface Started {
  url: string
  close(): Promise<void>
}

/** How a server starts that keeps what our own processes give it. */
export interface StoreOptions {
  /** A loopback address. */
  host: string
  /** What it takes, and nothing else. */
  credentials: Credentials
  log: Log
}
