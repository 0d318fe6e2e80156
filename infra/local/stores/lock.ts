import { mkdirSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Log } from '../../../shared/log.ts'
import { DamagedData, explainStartFailure, requireFile } from '../damage.ts'
import { diskFault } from './disk.ts'

/** Another process uses the folder. */
export class FolderInUse extends Error {
  override name = 'FolderInUse'
}

/** SQLite's result codes. */
const BUSY = 5
const CORRUPT = 11
const NOT_A_DATABASE = 26

/**
 * Creates the folder and locks it until `release` or until this process ends in any way. SQLite uses a lock of the operating system,
 * so a crash leaves no stale lock.
 *
 * @throws FolderInUse if another process holds the lock
 * @throws Error that says what to do if the folder isn't writable
 */
export function lockFolder(folder: string, log: Log): { release(): void } {
  const file = join(folder, 'lock.db')
  try {
    mkdirSync(folder, { recursive: true })
    requireFile(folder, file)
    return lock(file)
  } catch (error) {
    if (![CORRUPT, NOT_A_DATABASE].includes(codeOf(error))) throw explained(folder, error)
    log.warn(`${file} was damaged and is created again. Nothing is lost: it holds no data.`)
    // Truncate, don't replace: a process that has locked the file in the meantime must keep its lock.
    truncateSync(file)
    return lockAgain(folder, file)
  }
}

function lock(file: string): { release(): void } {
  const database = new DatabaseSync(file)
  try {
    // The write, never committed, fails early if the file belongs to another user.
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
  if (cause instanceof DamagedData) return cause
  if (diskFault(cause)) return explainStartFailure(folder, cause)
  if (codeOf(cause) === BUSY) {
    const remedy = 'Stop it first, or set DATA_DIR to another folder.'
    return new FolderInUse(`Another docsfy is already running on ${folder}. ${remedy}`, { cause })
  }
  return new Error(`Cannot write to ${folder}. Make it writable, or set DATA_DIR to another folder.`, { cause })
}
