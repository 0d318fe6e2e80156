import type { Area } from '../clone/areas.ts'
import { countBy } from '../clone/code-files.ts'
import { resolveModule } from '../clone/modules.ts'
import type { Repository, TextFile } from '../clone/repository.ts'
import type { Outline } from '../syntax/outline.ts'

/** A file of an area, with its outline if its language is known. */
export interface Parsed {
  file: TextFile
  outline: Outline | undefined
}

/** What an area imports: from other areas, with the number of importing files, and from outside the repository. */
export function importsOf(repository: Repository, area: Area, areas: Area[], parsed: Parsed[]) {
  const neighbours = new Map<Area, number>()
  const outside: string[] = []
  for (const { file, outline } of parsed) {
    const sources = [...new Set(outline?.imports.map(({ from }) => from))].map((from) => ({
      from,
      target: resolveModule(repository, file.path, from),
    }))
    const others = sources.flatMap(({ target }) => areas.find(({ paths }) => target && paths.includes(target)) ?? [])
    for (const other of new Set(others)) if (other !== area) neighbours.set(other, (neighbours.get(other) ?? 0) + 1)
    for (const { from, target } of sources)
      if (!target && !from.startsWith('.')) outside.push(packageOf(file.path, from))
  }
  const packages = countBy(outside, (name) => name).map(([name]) => name)
  return { neighbours: [...neighbours], packages: packages.slice(0, 25).sort() }
}

function packageOf(path: string, from: string): string {
  if (/\.pyi?$/.test(path)) return from.split('.')[0] ?? from
  const isPackage = !from.startsWith('node:')
  return isPackage
    ? from
        .split('/')
        .slice(0, from.startsWith('@') ? 2 : 1)
        .join('/')
    : from
}
