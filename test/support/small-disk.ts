import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { appendFile, mkdir, mkdtemp, open, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

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

export interface BreakableDisk extends AsyncDisposable {
  /** From now on the system refuses every write, also to files that are open: what Linux does when a disk fails. What was written before is kept. */
  makeReadOnly(): Promise<void>
  /** Mounts it anew, writable. Nobody may have a file open on it. */
  remount(): Promise<void>
}

/** A disk of so many MiB in a file of its own, for this folder. */
export async function mountBreakableDisk(path: string, mib: number): Promise<BreakableDisk> {
  const image = `${path}.ext4`
  await mkdir(path, { recursive: true })
  await (await open(image, 'w')).close()
  await truncate(image, mib * 1024 * 1024)
  run('mkfs.ext4', '-q', '-O', '^has_journal', image)
  const mount = () => run('mount', '-o', 'loop,errors=remount-ro', image, path)
  mount()
  return {
    async makeReadOnly() {
      // Else the last seconds would be lost, as by a power cut.
      run('sync', '-f', path)
      const device = basename(execFileSync('findmnt', ['-no', 'SOURCE', path], { encoding: 'utf8' }).trim())
      await writeFile(`/sys/fs/ext4/${device}/trigger_fs_error`, '1')
    },
    async remount() {
      run('umount', path)
      mount()
    },
    [Symbol.asyncDispose]: async () => run('umount', '-l', path),
  }
}

/** Needs a kernel that can mount files, and be told that a disk fails. */
export async function canBreakDisks(): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'docsfy-break-'))
  try {
    await using disk = await mountBreakableDisk(join(folder, 'disk'), 4)
    await disk.makeReadOnly()
    return true
  } catch {
    return false
  } finally {
    await rm(folder, { recursive: true })
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
