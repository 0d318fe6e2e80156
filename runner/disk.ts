import { lstat, readdir, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isDomainError } from '../shared/errors.ts'
import type { Log } from '../shared/log.ts'
import type { Progress } from './progress.ts'

/** What a user reads when the task's disk is too small. */
export const DISK_FULL =
  "The task's disk is full. Free space on the disk of DATA_DIR (on AWS: give tasks more storage) and try again."

/** How programs report it, in messages and error codes. */
export const DISK_FULL_WORDS = /ENOSPC|EDQUOT|No space left on device|Disk quota exceeded|Out of diskspace/i

/** Whether something failed because the disk is full. */
export const isDiskFull = (error: unknown): boolean =>
  (isDomainError(error, 'clone-failed') && error.details.message === DISK_FULL) ||
  (error instanceof Error && 'code' in error && DISK_FULL_WORDS.test(String(error.code)))

/** In bytes. With less free space, anything may fail for lack of space without saying so. */
const MIN_FREE_BYTES = 256 * 1024

/** Whether a folder's disk is practically full right now. */
export async function isNearlyFull(folder: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize < MIN_FREE_BYTES
}

/** Whether this folder holds most of what is used on its disk. If so, nothing else could free enough space. */
export async function holdsMostOfDisk(folder: string): Promise<boolean> {
  const { blocks, bfree, bsize } = await statfs(folder)
  return (await bytesIn(folder)) > ((blocks - bfree) * bsize) / 2
}

/** Disk usage, in whole blocks. */
async function bytesIn(folder: string): Promise<number> {
  let bytes = 0
  for (const name of await readdir(folder, { recursive: true })) {
    const found = await lstat(join(folder, name)).catch(() => undefined)
    bytes += (found?.blocks ?? 0) * 512
  }
  return bytes
}

/** The first pause between tries, and the longest. */
const RETRY_AFTER_MS = { first: 1_000, longest: 30_000 }

/**
 * Repeats the work for as long as others fill its disk. The work must leave nothing behind when it fails.
 *
 * @throws what the work throws for any other reason; the signal's reason when aborted while waiting
 */
export async function retryWhileDiskFull<Result>(
  work: () => Promise<Result>,
  { log, progress, signal }: { log: Log; progress: Progress; signal: AbortSignal },
): Promise<Result> {
  for (let pause = RETRY_AFTER_MS.first; ; pause = Math.min(pause * 2, RETRY_AFTER_MS.longest)) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof DiskFilledByOthers)) throw error
      log.warn(`the disk is full of other programs' files; trying again in ${pause / 1_000} s`, { error })
    }
    progress.note({ waitingReason: 'The disk is full: waiting for free space' })
    await sleep(pause, undefined, { signal }).catch(() => signal.throwIfAborted())
    progress.note({ waitingReason: undefined })
  }
}

/** The disk is full, but not because of the work that failed on it. */
export class DiskFilledByOthers extends Error {
  override name = 'DiskFilledByOthers'
}
