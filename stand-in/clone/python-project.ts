import { posix } from 'node:path'
import type { Repository, TextFile } from './repository.ts'

/** A range of lines, from 1, inclusive. */
export interface Lines {
  file: TextFile
  start: number
  end: number
}

/** The tables of a TOML or INI file whose header passes `wanted`, each from its header up to the next one. */
export function tablesOf(file: TextFile, wanted: (header: string) => boolean): (Lines & { header: string })[] {
  const headers = file.lines.flatMap((line, index) => {
    const header = /^\[{1,2}([^[\]]+)\]{1,2}\s*(?:#.*)?$/.exec(line.trimEnd())?.[1]?.trim()
    return !header ? [] : [{ header, start: index + 1 }]
  })
  return headers
    .map(({ header, start }, index) => {
      let end = (headers[index + 1]?.start ?? file.lines.length + 1) - 1
      while (end > start && !file.lines[end - 1]?.trim()) end--
      return { file, header, start, end }
    })
    .filter(({ header }) => wanted(header))
}

/** The lines of one key in a table, including a value that continues below it. */
export function keyLines({ file, start, end }: Lines, key: string): Lines | undefined {
  const isKey = (line: string) => line.startsWith(key) && /^\s*=/.test(line.slice(key.length))
  const first = file.lines.slice(start - 1, end).findIndex(isKey)
  if (first === -1) return undefined
  const opened = start + first
  const next = file.lines.slice(opened, end).findIndex((line) => /^[\w"'-]+\s*=|^\[/.test(line) || !line.trim())
  return { file, start: opened, end: next === -1 ? end : opened + next }
}

/** The project's own manifest. */
export const pyproject = (repository: Repository): TextFile | undefined => repository.read('pyproject.toml')

/** Top-level packages (folders with an `__init__.py`), without tests and examples. */
export function pythonPackages(repository: Repository): string[] {
  const folders = repository.files
    .filter((path) => posix.basename(path) === '__init__.py' && path.includes('/'))
    .map((path) => posix.dirname(path))
    .filter((folder) => !/(^|\/)(tests?|testing|docs?|examples?|benchmarks?|scripts)(\/|$)/.test(folder))
  return folders.filter((folder) => !folders.some((other) => folder.startsWith(`${other}/`)))
}
