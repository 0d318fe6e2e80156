import { chmod, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Removes a folder and its contents, including read-only folders, which package managers create in a HOME. Does nothing if the folder
 * doesn't exist. @throws the file system's error
 */
export async function removeTree(path: string): Promise<void> {
  const remove = async () => await rm(path, { recursive: true, force: true })
  await remove().catch(async () => {
    await makeWritable(path)
    await remove()
  })
}

async function makeWritable(folder: string): Promise<void> {
  await chmod(folder, 0o700)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await makeWritable(join(folder, entry.name))
  }
}
