import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'

interface Planned {
  slug: string
  title?: string
  description?: string
  files?: string[]
}
interface FolderPlan {
  project_name: string
  navigation: { group: string; pages: Planned[] }[]
}

const CODE = /\.(?:[cm]?[jt]sx?|py|go|rs|rb|java|kt|c|h|cc|cpp|md|toml)$/
const MOST_FILES = 4
const MOST_PAGES = 24

/** Plans a page for each folder with code, made from the first few files in it. */
export const planFolders = (root: string): FolderPlan => ({
  project_name: 'Folders',
  navigation: [{ group: 'All', pages: pagesOf(root) }],
})

/** Keeps every page of a plan that still has a file, and adds one for each new folder. */
export function updateFolders(root: string, current: FolderPlan): FolderPlan & { remove: string[] } {
  const files = new Set(filesBelow(root))
  const former = current.navigation.flatMap(({ pages }) => pages)
  const isLeft = ({ files: paths = [] }: Planned) => paths.some((path) => files.has(path))
  const kept = former.filter(isLeft)
  const known = new Set(former.map(({ slug }) => slug))
  const added = pagesOf(root).filter(({ slug }) => !known.has(slug))
  const room = Math.max(0, MOST_PAGES - kept.length)
  const pages = [...kept.map(({ slug }) => ({ slug })), ...added.slice(0, room)]
  return {
    ...{ project_name: current.project_name, navigation: [{ group: 'All', pages }] },
    remove: former.filter((page) => !isLeft(page)).map(({ slug }) => slug),
  }
}

function pagesOf(root: string): Planned[] {
  const byFolder = Map.groupBy(filesBelow(root), dirname)
  return [...byFolder].slice(0, MOST_PAGES).map(([folder, files]) => ({
    slug: `folder-${folder.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`.slice(0, 70).replace(/-$/, ''),
    ...{ title: `Folder ${folder}`, description: `What is in ${folder}`, files: files.slice(0, MOST_FILES) },
  }))
}

const filesBelow = (root: string): string[] =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && CODE.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
