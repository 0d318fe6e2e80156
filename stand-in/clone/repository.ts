import { constants, lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { folderName, remoteName } from './clone-names.ts'
import { committedLinks } from './committed-links.ts'
import { noteScript } from './extensions.ts'
import { isGenerated, isIgnoredDirectory, isLockFile, looksSecret } from './ignored.ts'

/** Called for each access to the clone, to report it as the real CLI would report a tool call. */
export type Watch = (tool: 'Glob' | 'Grep' | 'Read', input: object, result: string) => void

/** A text file of the clone. Lines are split at line feeds; a carriage return stays part of its line. */
export interface TextFile {
  path: string
  text: string
  lines: string[]
}

export interface Repository {
  root: string
  /** The name in its URL; undefined when git recorded none. */
  remoteName: string | undefined
  /** The folder's name; undefined for a generic one. */
  folderName: string | undefined
  /** Paths of the files worth documenting, sorted, relative, with forward slashes. */
  files: string[]
  lockFiles: string[]
  /** Symbolic links of the commit that are plain files in the clone, with their targets. They are not in `files`. */
  links: ReadonlyMap<string, string>
  /** Bytes per path. */
  sizes: Map<string, number>
  /** Whether there were more files than the walk visits. */
  truncated: boolean
  /** Reads a file; undefined if it isn't in `files`, is empty, isn't text, or is in Git LFS. */
  read(path: string): TextFile | undefined
  /** The same without reporting it, for when only the length matters. */
  peek(path: string): TextFile | undefined
  /** Forgets the text of a file that won't be needed again. */
  forget(path: string): void
  /** Whether a file's content is in Git LFS, and the clone has only a pointer to it. */
  isInLfs(path: string): boolean
  /** The files among `paths` that contain one of `words`. */
  search(paths: string[], words: string[]): TextFile[]
}

const maxFiles = 8_000
const maxBytes = 512 * 1024

/** Walks a clone from the top. Symbolic links are not listed. */
export function openRepository(root: string, watch: Watch): Repository {
  const { sizes, lockFiles, truncated } = walk(root)
  const links = committedLinks(root)
  for (const path of links.keys()) sizes.delete(path)
  const files = [...sizes.keys()].sort()
  watch('Glob', { pattern: '**/*' }, `Found ${files.length} files`)

  const texts = new Map<string, TextFile | undefined>()
  const load = (path: string) => {
    if (!texts.has(path)) texts.set(path, sizes.has(path) ? readText(root, path) : undefined)
    return texts.get(path)
  }
  const shown = new Set<string>()
  const read = (path: string) => {
    const file = load(path)
    if (file && !shown.has(path)) watch('Read', { file_path: path }, `${file.lines.length} lines`)
    shown.add(path)
    return file
  }
  const search = (paths: string[], words: string[]) => {
    const found = paths
      .flatMap((path) => load(path) ?? [])
      .filter(({ text }) => words.some((word) => text.includes(word)))
    watch('Grep', { pattern: words.join('|'), output_mode: 'files_with_matches' }, `Found ${found.length} files`)
    return found
  }
  const forget = (path: string) => void texts.delete(path)
  const isInLfs = (path: string) => sizes.has(path) && isLfsPointer(textOf(root, path) ?? '')
  const names = { remoteName: remoteName(root), folderName: folderName(root) }
  return {
    root,
    ...names,
    files,
    lockFiles: lockFiles.sort(),
    links,
    sizes,
    truncated,
    read,
    peek: load,
    forget,
    isInLfs,
    search,
  }
}

function walk(root: string) {
  const sizes = new Map<string, number>()
  const lockFiles: string[] = []
  const folders = ['']
  let seen = 0
  // Level by level, so the limit cuts off deep files rather than those late in the alphabet.
  for (let folder = folders.shift(); folder !== undefined && seen < maxFiles; folder = folders.shift()) {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true }).sort(byName)) {
      const path = folder ? `${folder}/${entry.name}` : entry.name
      if (/[\p{Cc}\uFFFD\\]/u.test(entry.name)) continue
      if (entry.isDirectory() && !isIgnoredDirectory(entry.name)) folders.push(path)
      if (!entry.isFile() || seen++ >= maxFiles) continue
      if (isLockFile(path)) lockFiles.push(path)
      else if (!isGenerated(path) && !looksSecret(path)) sizes.set(path, noteFile(root, path))
    }
  }
  for (const [path, size] of sizes) if (size > maxBytes) sizes.delete(path)
  return { sizes, lockFiles, truncated: seen > maxFiles || folders.length > 0 }
}

/** The size of a file. */
function noteFile(root: string, path: string): number {
  const { size, mode } = lstatSync(join(root, path))
  const isScript =
    (mode & 0o111 || /^(bin|exe|libexec|scripts)\//.test(path)) && size < maxBytes && !/\.\w+$/.test(path)
  if (isScript) noteScript(path, readText(root, path)?.lines[0] ?? '')
  return size
}

const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1)

function readText(root: string, path: string): TextFile | undefined {
  const text = textOf(root, path)
  // A lone carriage return ends a line for some readers but not for others.
  if (!text || text.includes('\0') || /\r(?!\n)/.test(text) || isLfsPointer(text)) return undefined
  return { path, text, lines: (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n') }
}

/** https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md */
const isLfsPointer = (text: string) =>
  text.length < 1024 && text.startsWith('version https://git-lfs.github.com/spec/v1\n')

function textOf(root: string, path: string): string | undefined {
  try {
    const bytes = readFileSync(join(root, path), { flag: constants.O_RDONLY | constants.O_NOFOLLOW })
    // Keeps a byte order mark in UTF-8: excerpts must match the file's bytes.
    const encoding = encodingOf(bytes)
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: encoding === 'utf-8' }).decode(bytes)
  } catch {
    return undefined
  }
}

/** By the byte order mark. */
function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8'
}
