import type { CodeIndex, DefinedAt } from '../review/code-index.ts'

/** So many names show what a file is about, and what a folder. */
const MOST_NAMES = { file: 8, folder: 16 }

/** What one place lets others use. */
interface Place {
  path: string
  names: { name: string; line: number }[]
  isEntry: boolean
}

/** For each file what it lets others use, in its own order: entry points first, then those nearest to the root with most names. */
export function exportedNames(exported: CodeIndex['exported'], entryPoints: readonly string[]): string[] {
  const byPlace = Map.groupBy(exported, ([name, at]) => placeOf(name, at))
  const places = [...byPlace].map(([path, names]) => ({
    path,
    names: names.map(([name, { line }]) => ({ name, line })),
    isEntry: entryPoints.includes(path),
  }))
  return places.toSorted(byImportance).map(({ path, names }) => {
    const inOrder = names.toSorted((a, b) => a.line - b.line || (a.name < b.name ? -1 : 1))
    const most = path.endsWith('/') ? MOST_NAMES.folder : MOST_NAMES.file
    const shown = inOrder.slice(0, most).map(({ name }) => name)
    return `${path}: ${shown.join(' ')}${names.length > most ? ` … (${names.length})` : ''}`
  })
}

/** The folder, with a slash at the end, for a file that is named after what it defines: `Gson.java`. */
function placeOf(name: string, { path }: DefinedAt): string {
  const folder = path.slice(0, path.lastIndexOf('/') + 1)
  return path.slice(folder.length).replace(/\.\w+$/, '') === name ? folder || './' : path
}

const depthOf = ({ path }: Place): number => path.split('/').length

const byImportance = (a: Place, b: Place): number =>
  Number(b.isEntry) - Number(a.isEntry) ||
  depthOf(a) - depthOf(b) ||
  b.names.length - a.names.length ||
  (a.path < b.path ? -1 : 1)
