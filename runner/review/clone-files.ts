import { lstat, readFile, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { isCredentialFile } from '../files/credential-files.ts'
import { decodeText } from '../stages/decode-text.ts'

/** Files larger than this are not quoted. */
const MOST_BYTES = 8 * 1024 * 1024
/** How much of a repository is read for the citations of one page. */
const MOST_BYTES_PER_PAGE = 256 * 1024 * 1024

/** The files of a repository as pages may cite them. */
export interface CitableFiles {
  /** A file's lines without line endings; undefined for anything but a regular file inside the folder that may be quoted. */
  readLines(path: string): Promise<string[] | undefined>
  isFolder(path: string): Promise<boolean>
}

/** Opens a folder for the citations of one page. After a page has had very much read, it is as if there were no more files. */
export function openFiles(folder: string): CitableFiles {
  let left = MOST_BYTES_PER_PAGE
  return {
    async readLines(path) {
      if (isCredentialFile(path)) return undefined
      try {
        const file = await insidePath(folder, path)
        const found = file === undefined ? undefined : await lstat(file)
        if (!file || !found?.isFile() || found.size > Math.min(MOST_BYTES, left)) return undefined
        left -= found.size
        return splitLines(decodeText(await readFile(file)))
      } catch {
        return undefined
      }
    },
    async isFolder(path) {
      try {
        const file = await insidePath(folder, path)
        return file !== undefined && (await lstat(file)).isDirectory()
      } catch {
        return false
      }
    },
  }
}

/** The lines of a text; a line feed at its end begins no other. */
export function splitLines(text: string): string[] {
  const lines = text.split(/\r?\n/)
  if (lines.at(-1) === '') lines.pop()
  return lines
}

async function insidePath(folder: string, path: string): Promise<string | undefined> {
  const [root, file] = await Promise.all([realpath(folder), realpath(join(folder, path))])
  return file.startsWith(root + sep) ? file : undefined
}
