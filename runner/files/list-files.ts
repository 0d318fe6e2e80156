import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * The paths of all files below a folder; links are not followed. Leaves out what cannot be listed: a folder that has just gone, or a
 * path that is too long for the system.
 *
 * @param skip - the path of a folder to leave out
 */
export async function listFiles(folder: string, skip?: string): Promise<string[]> {
  const folders = [folder]
  const files: string[] = []
  for (const parent of folders) {
    const entries = await readdir(parent, { withFileTypes: true }).catch(() => [])
    for (const entry of entries) {
      const path = join(parent, entry.name)
      if (entry.isFile()) files.push(path)
      else if (entry.isDirectory() && path !== skip) folders.push(path)
    }
  }
  return files
}
