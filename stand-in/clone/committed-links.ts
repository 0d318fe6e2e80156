import { readFileSync } from 'node:fs'
import { join, posix } from 'node:path'

const LINK = 0o120000

/** The path of no file. */
const NOWHERE = ''

/**
 * The symbolic links of the commit, by path, with the paths they lead to (empty if outside the clone). A clone may hold them as plain files that
 * contain the target's path; only git's index tells them from other files. Empty without an index that can be read.
 */
export function committedLinks(root: string): Map<string, string> {
  const links = new Map<string, string>()
  for (const path of linkPaths(root)) {
    const target = targetOf(root, path)
    if (target !== undefined) links.set(path, target)
  }
  return links
}

const MOST_HOPS = 8

/** Follows links to links. Undefined for one that leads out of the clone, or in circles. */
export function followLink(links: ReadonlyMap<string, string>, path: string): string | undefined {
  let target: string | undefined = path
  for (let hops = 0; target !== undefined && links.has(target); hops++)
    target = hops < MOST_HOPS ? links.get(target) : undefined
  return target || undefined
}

function targetOf(root: string, path: string): string | undefined {
  try {
    const target = readFileSync(join(root, path), 'utf8')
    const inside = posix.join(posix.dirname(path), target)
    return posix.isAbsolute(target) || inside.startsWith('../') ? NOWHERE : inside
  } catch {
    return undefined
  }
}

/** Reads the index: https://git-scm.com/docs/index-format. git writes version 2, or 3 for entries with further flags. */
function linkPaths(root: string): string[] {
  const index = read(join(root, '.git/index'))
  if (index?.toString('latin1', 0, 4) !== 'DIRC' || ![2, 3].includes(index.readUInt32BE(4))) return []
  const idLength = /^[ \t]*objectformat[ \t]*=[ \t]*sha256[ \t\r]*$/im.test(
    String(read(join(root, '.git/config')) ?? ''),
  )
    ? 32
    : 20
  const paths: string[] = []
  let at = 12
  for (let left = index.readUInt32BE(8); left > 0; left--) {
    const flags = index.readUInt16BE(at + 40 + idLength)
    const name = at + 42 + idLength + (flags & 0x4000 ? 2 : 0)
    const end = index.indexOf(0, name)
    if (index.readUInt32BE(at + 24) === LINK) paths.push(index.toString('utf8', name, end))
    // Padded with one to eight NULs.
    at += (end - at + 8) & ~7
  }
  return paths
}

function read(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch {
    return undefined
  }
}
