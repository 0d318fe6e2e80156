import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

const busy = 5

/**
 * Makes the folder, and makes it ours until `release` or the end of this process, however it ends: SQLite's lock is the
 * operating system's, so a crash leaves nothing behind.
 * Throws one plain sentence if another process has it, or if it cannot be written to.
 */
export function lockFolder(folder: string): { release(): void } {
  try {
    mkdirSync(folder, { recursive: true })
    const lock = new DatabaseSync(join(folder, 'lock.db'))
    // The write that is never committed finds out a file that belongs to someone else.
    lock.exec('PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; PRAGMA user_version = 1')
    return { release: () => lock.close() }
  } catch (error) {
    throw new Error(refusal(folder, error), { cause: error })
  }
}

function refusal(folder: string, error: unknown): string {
  return (error as { errcode?: number }).errcode === busy
    ? `Another docsfy is already running on ${folder}: stop it first, or choose another folder with DATA_DIR.`
    : `Cannot write to ${folder}: make it writable, or choose another folder with DATA_DIR.`
}
