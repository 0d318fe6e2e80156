import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The files below a folder that have any of these texts in their name or content. */
export async function filesWith(folder: string, texts: readonly string[]): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const found: string[] = []
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name)
    const content = entry.isFile() ? await readFile(path) : Buffer.alloc(0)
    if (texts.some((text) => path.includes(text) || content.includes(text))) found.push(path)
  }
  return found
}
