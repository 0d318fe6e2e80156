import { posix } from 'node:path'
import { languageOf } from '../languages/all.ts'

/** Finds the file or folder of the clone that an import leads to. */
export type ResolveImport = (from: string, path: string) => string | undefined

/**
 * Resolves imports by their ends, whatever the language: `com.google.gson.Gson` is the file whose path ends in `google/gson/Gson`,
 * `github.com/spf13/cobra/doc` the folder `doc` of a module with that name.
 *
 * @param names - the folders of packages by their names
 */
export function importResolver(files: string[], names: ReadonlyMap<string, string>): ResolveImport {
  const byEnd = new Map<string, string[]>()
  const exact = new Map<string, string>()
  const note = (name: string, path: string) => {
    if (!exact.has(name)) exact.set(name, path)
    const parts = name.split('/')
    for (let count = 1; count <= Math.min(4, parts.length); count++) {
      const end = parts.slice(-count).join('/')
      byEnd.set(end, [...(byEnd.get(end) ?? []), path])
    }
  }
  for (const path of files) {
    const bare = path.replace(/(\.d)?\.\w+$/, '')
    note(bare, path)
    if (/(^|\/)(index|mod|__init__|lib|main)$/.test(bare)) exact.set(posix.dirname(bare), path)
  }
  for (const folder of new Set(files.map((path) => posix.dirname(path)))) if (folder !== '.') note(folder, folder)
  const nearest = (found: string[] | undefined, path: string) =>
    found?.toSorted((a, b) => sharedFolders(b, path) - sharedFolders(a, path) || a.length - b.length)[0]

  return (written, path) => {
    const from = written.replaceAll(/::|\\/g, '/')
    const named = [...names].find(([name]) => from === name || from.startsWith(`${name}/`))
    if (named)
      return (
        exact.get(posix.join(named[1], `.${from.slice(named[0].length)}`)) ??
        exact.get(posix.join(named[1], 'src')) ??
        (named[1] || '.')
      )
    const target = languageOf(path)?.target?.(written, path) ?? from
    if (target.startsWith('/')) return exact.get(target.slice(1)) ?? exact.get(posix.dirname(target.slice(1)))
    const parts = target.split('/')
    if (parts.length === 1)
      return nearest(
        byEnd.get(target)?.filter((found) => isNear(found, path)),
        path,
      )
    // What an import names may be inside the file: a class of a package, or a member of that class.
    const ends = [0, 1, 2].flatMap((less) =>
      [4, 3, 2].map((count) => parts.slice(0, parts.length - less).slice(-count)),
    )
    return nearest(
      ends
        .filter(({ length }) => length > 1)
        .map((end) => byEnd.get(end.join('/')))
        .find(Boolean),
      path,
    )
  }
}

/** Whether a name without a folder may mean this file. */
const isNear = (found: string, path: string) =>
  posix.dirname(found) === posix.dirname(path) || /^(?:(?:src|lib|include|source)\/)?(?:[^/]+\/)?[^/]+$/.test(found)

function sharedFolders(a: string, b: string): number {
  const [one, other] = [a.split('/'), b.split('/')]
  const different = one.findIndex((name, at) => name !== other[at])
  return different === -1 ? one.length : different
}
