import { posix } from 'node:path'
import { productCode } from './code-files.ts'
import { type PackageManifest, packageManifests, scriptCommand } from './package-json.ts'
import { pythonPackages } from './python-project.ts'
import type { Repository } from './repository.ts'

/** A file that users of the project start or import, and what makes it an entry point. */
export interface EntryPoint {
  path: string
  kind: 'import' | 'command' | 'module' | 'script'
  /** What to type: the command, its script, or the name of the package to import. */
  name: string
  /** Where a manifest declares it: the manifest, the keys, and the path they hold. */
  declared?: { manifest: PackageManifest; keys: string[]; target: string }
}

/** Entry points from package.json files, Python packages and `__main__.py`, or else from common file names. Scripts come last. */
export function entryPoints(repository: Repository): EntryPoint[] {
  const found = [
    ...packageManifests(repository).flatMap((each) => fromPackage(repository, each)),
    ...fromPython(repository),
  ]
  const scripts = packageManifests(repository).flatMap((each) => fromScripts(repository, each))
  const points = [...(found.length > 0 ? found : fromNames(repository)), ...scripts]
  return points.filter(
    ({ path, kind, name }, index) =>
      points.findIndex((one) => one.path === path && one.kind === kind && (kind === 'import' || one.name === name)) ===
      index,
  )
}

function fromPackage(repository: Repository, manifest: PackageManifest): EntryPoint[] {
  const { data, file } = manifest
  const folder = posix.dirname(file.path)
  const named = (kind: EntryPoint['kind'], name: string, keys: string[], target: string): EntryPoint[] => {
    const path = sourceOf(repository, folder, target)
    return path ? [{ path, kind, name, declared: { manifest, keys, target } }] : []
  }
  const bin = typeof data.bin === 'string' ? { [data.name ?? '']: data.bin } : (data.bin ?? {})
  const name = data.name ?? (folder === '.' ? '' : folder)
  return [
    ...Object.entries(bin).flatMap(([command, target]) =>
      named('command', command, typeof data.bin === 'string' ? ['bin'] : ['bin', command], target),
    ),
    ...exportTargets(data.exports).flatMap(({ keys, target }) => named('import', name, ['exports', ...keys], target)),
    ...(['types', 'module', 'main'] as const).flatMap((key) =>
      data[key] ? named('import', name, [key], data[key]) : [],
    ),
  ]
}

/** package.json scripts that start a file of the product. */
function fromScripts(repository: Repository, manifest: PackageManifest): EntryPoint[] {
  const folder = posix.dirname(manifest.file.path)
  const code = new Set(productCode(repository))
  return Object.entries(manifest.data.scripts ?? {}).flatMap(([name, command]): EntryPoint[] => {
    const words = starter.exec(command)?.[1]?.split(/\s+/) ?? []
    const files = words.filter((word) => code.has(posix.join(folder, word)))
    // A file after an option may be the option's value, such as a preloaded module.
    const target = files.find((file) => !/^-[^=]*$/.test(words[words.indexOf(file) - 1] ?? '')) ?? files[0]
    if (!target) return []
    const declared = { manifest, keys: ['scripts', name], target }
    return [{ path: posix.join(folder, target), kind: 'script', name: scriptCommand(name), declared }]
  })
}

const starter = /^(?:\w+=\S* )*(?:node|tsx|ts-node|bun|deno)\b([^&|;]*)/

/** Every path in `exports`, under any condition. Skips patterns with `*`, which don't name a single file. */
function exportTargets(value: unknown, keys: string[] = []): { keys: string[]; target: string }[] {
  if (typeof value === 'string') return value.includes('*') ? [] : [{ keys, target: value }]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => exportTargets(inner, [...keys, key]))
}

/** The target itself if it is in the clone, else the source of the same name where builds usually start. */
function sourceOf(repository: Repository, folder: string, target: string): string | undefined {
  const path = posix.join(folder, target)
  const exists = (candidate: string) => repository.sizes.has(candidate)
  if (exists(path)) return /\.(json|css)$/.test(path) ? undefined : path
  const [bare, index] = [posix.join(folder, target.replace(/(\.d)?\.[cm]?[jt]sx?$/, '')), posix.join(folder, 'index')]
  const inside = bare.slice(folder === '.' ? 0 : folder.length + 1).split('/')
  const rests = inside.map((_, at) => inside.slice(at).join('/'))
  const homes = ['src', 'source', 'lib', 'src/lib', ''].flatMap((home) =>
    rests.map((rest) => posix.join(folder, home, rest)),
  )
  const names = [bare, ...homes, ...['src', 'source', 'lib'].map((home) => posix.join(folder, home, 'index')), index]
  return names
    .flatMap((name) => ['.ts', '.tsx', '.mts', '.js', '.mjs', '.cjs'].map((extension) => name + extension))
    .find(exists)
}

function fromPython(repository: Repository): EntryPoint[] {
  const packages = pythonPackages(repository)
  const modules =
    packages.length > 0
      ? []
      : repository.files.filter((path) => /^(src\/)?(?!setup|conftest|noxfile|test_)[a-z]\w*\.py$/.test(path))
  return [
    ...packages.map((folder) => ({
      path: `${folder}/__init__.py`,
      kind: 'import' as const,
      name: posix.basename(folder),
    })),
    ...modules.map((path) => ({ path, kind: 'import' as const, name: posix.basename(path, '.py') })),
    ...packages
      .filter((folder) => repository.sizes.has(`${folder}/__main__.py`))
      .map((folder) => ({ path: `${folder}/__main__.py`, kind: 'module' as const, name: posix.basename(folder) })),
  ]
}

const usualNames = /^(src\/|lib\/|source\/)?(index|main|app|cli|server|mod)\.(ts|tsx|js|mjs|cjs)$/

const fromNames = (repository: Repository): EntryPoint[] =>
  repository.files.filter((path) => usualNames.test(path)).map((path) => ({ path, kind: 'import', name: '' }))
