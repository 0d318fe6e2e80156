import { chmod, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Removes a folder with everything in it, read-only folders included, as package managers make them in a HOME. One that is gone
 * already does no harm. @throws the file system's error
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
