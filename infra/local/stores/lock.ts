import { mkdirSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Log } from '../../../shared/log.ts'
import { Damaged, explainStart, requireFile } from '../damage.ts'
import { diskFault } from './disk.ts'

/** SQLite's result codes. */
const BUSY = 5
const CORRUPT = 11
const NOT_A_DATABASE = 26

/**
 * Makes the folder, and makes it ours until `release` or the end of this process, however it ends: SQLite's lock is the
 * operating system's, so a crash leaves nothing behind.
 * Throws one plain sentence if another process has it, or if it cannot be written to.
 */
export function lockFolder(folder: string, log: Log): { release(): void } {
  const file = join(folder, 'lock.db')
  try {
    mkdirSync(folder, { recursive: true })
    requireFile(folder, file)
    return lock(file)
  } catch (error) {
    if (![CORRUPT, NOT_A_DATABASE].includes(codeOf(error))) throw explained(folder, error)
    log.warn(`${file} was damaged. It is made again; nothing is lost, since it holds nothing.`)
    // The same file, not another of that name: whoever has locked it meanwhile has still.
    truncateSync(file)
    return lockAgain(folder, file)
  }
}

function lock(file: string): { release(): void } {
  const database = new DatabaseSync(file)
  try {
    // The write that is never committed finds out a file that belongs to someone else.
    database.exec(
      'PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; PRAGMA user_version = 1',
    )
    return { release: () => database.close() }
  } catch (error) {
    database.close()
    throw error
  }
}

function lockAgain(folder: string, file: string): { release(): void } {
  try {
    return lock(file)
  } catch (error) {
    throw explained(folder, error)
  }
}

const codeOf = (error: unknown): number => (error as { errcode?: number }).errcode ?? 0

function explained(folder: string, cause: unknown): unknown {
  if (cause instanceof Damaged) return cause
  if (diskFault(cause)) return explainStart(folder, cause)
  const message =
    codeOf(cause) === BUSY
      ? `Another docsfy is already running on ${folder}: stop it first, or choose another folder with DATA_DIR.`
      : `Cannot write to ${folder}: make it writable, or choose another folder with DATA_DIR.`
  return new Error(message, { cause })
}
