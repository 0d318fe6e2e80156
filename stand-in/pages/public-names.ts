import { posix } from 'node:path'
import type { TextFile } from '../clone/repository.ts'
import type { Project } from '../project.ts'
import type { CodeSymbol } from '../syntax/outline.ts'

/** A name that users of a package can import, with its definition if that could be found. */
export interface PublicName {
  name: string
  file: TextFile
  /** Undefined when only the re-exporting line is known. */
  symbol: CodeSymbol | undefined
  line: number
}

const maxDepth = 6

/** The names a file exports. Re-exported names are looked up in the files that define them. */
export async function publicNames(
  project: Project,
  path: string,
  depth = 0,
  seen = new Set<string>(),
): Promise<PublicName[]> {
  const { file, outline } = (seen.has(path) || depth > maxDepth ? undefined : await project.outline(path)) ?? {}
  if (!file || !outline) return []
  seen.add(path)
  const own = outline.symbols.filter(({ isPublic }) => isPublic)
  const names: PublicName[] = own.map((symbol) => ({ name: symbol.name, file, symbol, line: symbol.start }))
  const isPackage = posix.basename(path) === '__init__.py'
  for (const { from, line, names: taken, isExport } of outline.imports) {
    const isReExported = (local: string) =>
      outline.listed?.includes(local) ?? (isPackage && from.startsWith('.') && !local.startsWith('_'))
    const wanted = taken.filter(({ local }) => isExport || isReExported(local))
    if (wanted.length === 0) continue
    const target = project.resolveImport(from, path)
    const there = target ? await publicNames(project, target, depth + 1, new Set(seen)) : []
    for (const { imported, local } of wanted) {
      if (imported === '*') names.push(...there.filter(({ name }) => name !== 'default'))
      else
        names.push({
          ...(there.find(({ name }) => name === imported) ?? { file, symbol: undefined, line }),
          name: local,
        })
    }
  }
  const rank = (name: string) => outline.listed?.indexOf(name) ?? 0
  return [...new Map(names.toReversed().map((each) => [each.name, each])).values()]
    .reverse()
    .sort((a, b) => rank(a.name) - rank(b.name))
}
