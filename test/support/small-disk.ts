import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { appendFile, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface SmallDisk extends AsyncDisposable {
  /** Where it is mounted. */
  path: string
  /** Takes all the room there is. */
  fill(): Promise<void>
  /** Gives it back. */
  makeRoom(): Promise<void>
}

/** A disk in memory of so many MiB, for this folder. */
export async function mountSmallDisk(path: string, mib: number): Promise<SmallDisk> {
  await mkdir(path, { recursive: true })
  run('mount', '-t', 'tmpfs', '-o', `size=${mib}m`, 'tmpfs', path)
  const filler = join(path, 'filler')
  return {
    path,
    async fill() {
      // Ever smaller pieces: what is free is less than one of them.
      for (let bytes = 1024 * 1024; bytes >= 1; bytes = Math.floor(bytes / 4)) {
        while (await appendFile(filler, randomBytes(bytes)).then(() => true, isFull)) {}
      }
    },
    makeRoom: () => rm(filler),
    [Symbol.asyncDispose]: async () => run('umount', '-l', path),
  }
}

function isFull(error: NodeJS.ErrnoException): false {
  if (error.code === 'ENOSPC') return false
  throw error
}

/** Only root may mount a small disk, and not in every container. */
export async function canMount(): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'docsfy-mount-'))
  try {
    await using _disk = await mountSmallDisk(folder, 1)
    return true
  } catch {
    return false
  } finally {
    await rm(folder, { recursive: true })
  }
}

const run = (program: string, ...args: string[]) => void execFileSync(program, args, { stdio: 'ignore' })
