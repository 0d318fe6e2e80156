import { renameSync, writeFileSync } from 'node:fs'

const SUFFIX = '.new'

/**
 * Replaces a file as a whole: whoever reads it after a crash sees the old content or the new. Synchronous on purpose:
 * nothing can come between a decision and its record.
 */
export function writeAtomically(path: string, content: unknown): void {
  writeFileSync(path + SUFFIX, JSON.stringify(content), { mode: 0o600 })
  renameSync(path + SUFFIX, path)
}

/** Whether a file is what a crash left of a write that never came to be. */
export function isHalfWritten(path: string): boolean {
  return path.endsWith(SUFFIX)
}
