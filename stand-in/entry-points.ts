import { posix } from 'node:path'
import type { TextFile } from './clone/repository.ts'
import { languageOf } from './languages/all.ts'
import type { Entry, Manifest } from './manifests/manifest.ts'
import type { Project } from './project.ts'

/** A file that users of the project start or import, and what makes it an entry point. */
export interface EntryPoint {
  file: TextFile
  kind: Entry['kind']
  /** What to type: the command, its script, or the name of the package to import; '' if only its file name tells. */
  name: string
  /** Where a manifest declares it, and what it names there. */
  declared?: { manifest: Manifest; entry: Entry }
}

/** Entry points from the manifests and from Python's packages, or else from the names that each language gives them. */
export function entryPoints(project: Project): EntryPoint[] {
  const { repository, manifests, product } = project
  const declared = manifests.flatMap((manifest) =>
    manifest.entries.flatMap((entry): EntryPoint[] => {
      const file = repository.peek(sourceOf(project, manifest.folder, entry.target) ?? '')
      return file ? [{ file, kind: entry.kind, name: entry.name, declared: { manifest, entry } }] : []
    }),
  )
  const named = product
    .filter((path) => languageOf(path)?.entry?.test(path))
    .flatMap((path): EntryPoint[] => {
      const file = repository.peek(path)
      const module = path.endsWith('/__main__.py') ? `python -m ${posix.basename(posix.dirname(path))}` : ''
      return file ? [{ file, kind: module ? 'script' : 'import', name: module }] : []
    })
  const isJs = (point: EntryPoint) => /\.[cm]?[jt]sx?$/.test(point.file.path)
  const found = [
    ...declared,
    ...pythonPackages(project),
    ...(declared.length > 0 ? named.filter((each) => !isJs(each)) : named),
  ]
  const keyOf = ({ file, kind, name }: EntryPoint) => `${file.path} ${kind} ${kind === 'import' ? '' : name}`
  return [...new Map(found.toReversed().map((point) => [keyOf(point), point])).values()].reverse()
}

/** The target itself if it is in the clone, else the source of the same name where builds usually start. */
function sourceOf({ repository }: Project, folder: string, target: string): string | undefined {
  const path = posix.join(folder, target)
  const exists = (candidate: string) => repository.sizes.has(candidate)
  if (exists(path)) return /\.(json|css)$/.test(path) ? undefined : path
  const bare = path.replace(/(\.d)?\.[cm]?[jt]sx?$/, '').slice(folder ? folder.length + 1 : 0)
  const rests = bare.split('/').map((_, at, parts) => parts.slice(at).join('/'))
  const names = ['src', 'source', 'lib', 'src/lib', ''].flatMap((home) =>
    [...rests, 'index'].map((rest) => posix.join(folder, home, rest)),
  )
  return names
    .flatMap((name) => ['.ts', '.tsx', '.mts', '.js', '.mjs', '.cjs'].map((extension) => name + extension))
    .find(exists)
}

/** Top-level packages (folders with an `__init__.py`), or else the modules at the top. */
function pythonPackages({ repository, product }: Project): EntryPoint[] {
  const inits = product.filter((path) => /\/__init__\.py$/.test(path))
  const top = inits.filter((path) => !inits.some((other) => other !== path && path.startsWith(other.slice(0, -11))))
  const modules = top.length > 0 ? [] : product.filter((path) => /^(src\/)?[a-z]\w*\.py$/.test(path))
  return [...top, ...modules].flatMap((path): EntryPoint[] => {
    const file = repository.peek(path)
    const name =
      posix.basename(path) === '__init__.py' ? posix.basename(posix.dirname(path)) : posix.basename(path, '.py')
    return file ? [{ file, kind: 'import', name }] : []
  })
}
