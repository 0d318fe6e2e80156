import { randomUUID } from 'node:crypto'
import { chmod, readdir, rename, rm, rmdir, unlink } from 'node:fs/promises'

/**
 * Removes a folder and its contents, whatever they are: read-only folders, which package managers create in a HOME, paths that are too
 * long for the system, names that are not text. Does nothing if the folder doesn't exist. @throws the file system's error
 */
export async function removeTree(path: string): Promise<void> {
  // Without `maxRetries`, with which each level of folders would repeat all below it.
  await rm(path, { recursive: true, force: true }).catch(async () => await removeFlat(path))
}

/** Moves each folder to the top before it looks inside, so that every path stays short. */
async function removeFlat(top: string): Promise<void> {
  const folders = [Buffer.from(top)]
  // No name in there can be one of these.
  const prefix = `${top}/${randomUUID()}-`
  for (const folder of folders) {
    await unlessGone(chmod(folder, 0o700))
    const entries = await unlessGone(readdir(folder, { withFileTypes: true, encoding: 'buffer' }))
    for (const entry of entries ?? []) {
      const path = Buffer.concat([folder, Buffer.from('/'), entry.name])
      const moved = Buffer.from(`${prefix}${folders.length}`)
      if (!entry.isDirectory()) await unlessGone(unlink(path))
      else if (await unlessGone(moveUp(path, moved))) folders.push(moved)
    }
  }
  for (const folder of folders.toReversed()) await unlessGone(rmdir(folder))
}

async function moveUp(path: Buffer, moved: Buffer): Promise<true> {
  // Only a writable folder can be moved.
  await chmod(path, 0o700)
  await rename(path, moved)
  return true
}

/** After its first failure, `rm` still goes on for a while. */
async function unlessGone<Result>(doing: Promise<Result>): Promise<Result | undefined> {
  try {
    return await doing
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
