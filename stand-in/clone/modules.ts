import { posix } from 'node:path'
import { outlineOf } from '../syntax/languages.ts'
import type { CodeSymbol } from '../syntax/outline.ts'
import { pythonPackages } from './python-project.ts'
import type { Repository, TextFile } from './repository.ts'

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
  repository: Repository,
  path: string,
  depth = 0,
  seen = new Set<string>(),
): Promise<PublicName[]> {
  const file = seen.has(path) || depth > maxDepth ? undefined : repository.read(path)
  const outline = file && (await outlineOf(file))
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
    const target = resolveModule(repository, path, from)
    const there = target ? await publicNames(repository, target, depth + 1, new Set(seen)) : []
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
  return names
    .filter(({ name }, index) => names.findIndex((one) => one.name === name) === index)
    .sort((a, b) => rank(a.name) - rank(b.name))
}

/** The file of the clone that an import refers to: a relative import, or a Python import of one of the clone's packages. */
export function resolveModule(repository: Repository, path: string, from: string): string | undefined {
  const isFile = (candidate: string) => repository.sizes.has(candidate)
  if (/\.pyi?$/.test(path)) return pythonCandidates(repository, path, from).find(isFile)
  if (!from.startsWith('.')) return undefined
  const base = posix.join(posix.dirname(path), from)
  const bare = base.replace(/\.[cm]?jsx?$/, '')
  const extensions = ['.ts', '.tsx', '.mts', '.cts', '.d.ts', '.js', '.mjs', '.cjs', '.jsx']
  const declared = /\.d\.[cm]?ts$/.test(path) ? [`${bare}.d.ts`] : []
  return [
    ...declared,
    base,
    ...extensions.flatMap((extension) => [bare + extension, `${base}/index${extension}`]),
  ].find(isFile)
}

function pythonCandidates(repository: Repository, path: string, from: string): string[] {
  const dots = /^\.*/.exec(from)?.[0].length ?? 0
  const rest = from.slice(dots).split('.').filter(Boolean)
  const bases =
    dots > 0
      ? [posix.join(posix.dirname(path), ...Array<string>(dots - 1).fill('..'))]
      : pythonPackages(repository)
          .filter((folder) => posix.basename(folder) === rest[0])
          .map((folder) => posix.dirname(folder))
  return bases.flatMap((base) => {
    const target = posix.join(base, ...rest)
    return [`${target}.py`, `${target}/__init__.py`]
  })
}
