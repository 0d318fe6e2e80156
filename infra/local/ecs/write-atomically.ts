import { renameSync, writeFileSync } from 'node:fs'

const SUFFIX = '.new'

/**
 * Replaces a file atomically: after a crash it has either the old or the new content. Synchronous on purpose, so that nothing can come
 * between a decision and its record.
 */
export function writeAtomically(path: string, content: unknown): void {
  writeFileSync(path + SUFFIX, JSON.stringify(content), { mode: 0o600 })
  renameSync(path + SUFFIX, path)
}

/** Whether a file is left over from a write that was interrupted by a crash. */
export function isHalfWritten(path: string): boolean {
  return path.endsWith(SUFFIX)
}
