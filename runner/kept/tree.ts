import type { TreeEntry } from '../process/read-commit.ts'

/** What a commit holds: equal trees hold the same files. */
export interface Tree {
  /** git's id of it. */
  id: string
  /** Every file, link and submodule by path, with git's id of its content. */
  files: ReadonlyMap<string, string>
  folders: ReadonlySet<string>
}

export const treeFrom = (id: string, entries: readonly TreeEntry[]): Tree => ({
  id,
  files: new Map(entries.filter(({ type }) => type !== 'tree').map(({ path, id }) => [path, id])),
  folders: new Set(entries.filter(({ type }) => type === 'tree').map(({ path }) => path)),
})

/** A page that names a folder says that it is there, and no more. */
const FOLDER = 'folder'

/** The id of the file under a path; '' if there is nothing. */
export const idIn = ({ files, folders }: Tree, path: string): string =>
  files.get(path) ?? (folders.has(path.replace(/\/$/, '')) ? FOLDER : '')
