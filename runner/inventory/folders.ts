import { fileLanguage } from '../site/languages.ts'
import { isManifest } from './manifests.ts'
import { isTest } from './tests.ts'

/** A file by its path from the repository's root. */
export interface SizedFile {
  path: string
  bytes: number
}

interface Folder {
  /** With a slash at the end. */
  path: string
  depth: number
  /** Whether a project of its own is in it. */
  isPackage: boolean
  files: number
  bytes: number
  /** Bytes by language. */
  languages: Map<string, number>
}

/** More folders are not listed. Those nearest to the root and packages come first, then the largest. */
const MOST_FOLDERS = 60
const MOST_ROOT_FILES = 30

/** The files in the root, then folders: how many files, how large, in which languages. Folders of tests are named only in the root. */
export function describeFolders(files: readonly SizedFile[]): string[] {
  const all = foldersOf(files)
  const passedThrough = foldersWithOneInside(all)
  const listed = all
    .filter(({ path, depth }) => !passedThrough.has(path) && (depth === 1 || !isAside(path)))
    .toSorted((a, b) => rankOf(a) - rankOf(b) || b.bytes - a.bytes || compare(a.path, b.path))
    .slice(0, MOST_FOLDERS)
  const root = files.map(({ path }) => path).filter((path) => !path.includes('/'))
  const names = root.slice(0, MOST_ROOT_FILES).join(', ') + (root.length > MOST_ROOT_FILES ? ', …' : '')
  return [...(names ? [names] : []), ...listed.map(describe)]
}

function foldersOf(files: readonly SizedFile[]): Folder[] {
  const folders = new Map<string, Folder>()
  for (const { path, bytes } of files) {
    const names = path.split('/').slice(0, -1)
    const language = fileLanguage(path)?.label
    for (let depth = 1; depth <= names.length; depth++) {
      const key = `${names.slice(0, depth).join('/')}/`
      const folder = folders.get(key) ?? {
        path: key,
        depth,
        isPackage: false,
        files: 0,
        bytes: 0,
        languages: new Map(),
      }
      folder.files++
      folder.bytes += bytes
      folder.isPackage ||= depth === names.length && isManifest(path)
      if (language) folder.languages.set(language, (folder.languages.get(language) ?? 0) + bytes)
      folders.set(key, folder)
    }
  }
  return [...folders.values()]
}

/** Folders that say nothing of what the project does. */
const isAside = (path: string): boolean => isTest(path) || path.startsWith('.')

const rankOf = ({ depth, isPackage }: Folder): number => (isPackage ? 1 : depth)

/** `src/main/java/` says no more than `src/main/java/org/`: folders with all their files in one folder. */
function foldersWithOneInside(all: readonly Folder[]): ReadonlySet<string> {
  const filesOf = new Map(all.map(({ path, files }) => [path, files]))
  const parents = all.map(({ path, files }) => ({
    parent: path.slice(0, path.lastIndexOf('/', path.length - 2) + 1),
    files,
  }))
  return new Set(parents.filter(({ parent, files }) => filesOf.get(parent) === files).map(({ parent }) => parent))
}

function describe({ path, files, bytes, languages }: Folder): string {
  const largest = [...languages].toSorted(([a, one], [b, other]) => other - one || compare(a, b)).slice(0, 2)
  const names = largest.filter(([, size]) => size * 5 > bytes).map(([name]) => name)
  return [`${path} ${files} ${files === 1 ? 'file' : 'files'}`, `${Math.ceil(bytes / 1024)} KB`, ...names].join(', ')
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
