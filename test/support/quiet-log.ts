import type { Log } from '../../shared/log.ts'

/** A log that nobody reads. */
export const quietLog: Log = { debug() {}, info() {}, warn() {}, error() {} }
