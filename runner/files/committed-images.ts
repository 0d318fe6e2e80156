import { createHash } from 'node:crypto'
import { lstat, readFile, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { isCredentialFile } from './credential-files.ts'

/** Bytes of the largest image that a site takes over. */
export const MOST_IMAGE_BYTES = 2 * 1024 * 1024

/** Reads an image of the documented commit by its path; undefined if the commit has no such file, or one that may not be shown. */
export type ReadImage = (path: string) => Promise<Buffer | undefined>

/**
 * Reads images from a clone. What is read is what the commit holds under that path: a link, or a file that was changed or added since,
 * counts as missing.
 *
 * @param ids - git's id of each file of the commit, by path
 */
export function openImages(folder: string, ids: ReadonlyMap<string, string>): ReadImage {
  return async (path) => {
    const id = ids.get(path)
    if (id === undefined || !IMAGE.test(path) || isCredentialFile(path)) return undefined
    const bytes = await readInside(folder, path)
    return bytes && idOf(bytes, id) === id ? bytes : undefined
  }
}

const IMAGE = /\.(?:png|jpe?g|gif|webp|svg)$/i

async function readInside(folder: string, path: string): Promise<Buffer | undefined> {
  try {
    const [root, file] = await Promise.all([realpath(folder), realpath(join(folder, path))])
    const { size } = await lstat(file)
    return file.startsWith(root + sep) && size <= MOST_IMAGE_BYTES ? await readFile(file) : undefined
  } catch {
    return undefined
  }
}

/** git's id of a content, by the same algorithm as another of its ids. */
const idOf = (bytes: Buffer, like: string): string =>
  createHash(like.length === SHA1_DIGITS ? 'sha1' : 'sha256')
    .update(`blob ${bytes.length}\0`)
    .update(bytes)
    .digest('hex')

const SHA1_DIGITS = 40
