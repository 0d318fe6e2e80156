import type { Credentials } from '../../shared/env.ts'
import type { Log } from '../../shared/log.ts'

/** A local server that has been started. */
export interface RunningServer {
  url: string
  close(): Promise<void>
}

/** How to start one of the stores. */
export interface StoreOptions {
  /** A loopback address. */
  host: string
  /** The only credentials that it accepts. */
  credentials: Credentials
  log: Log
}
