import { countBy } from '../clone/code-files.ts'
import type { CodePart, Project } from '../project.ts'

export interface ImportEdge {
  from: CodePart
  to: CodePart
  /** How many files of one import the other. */
  files: number
}

/** What the parts of the code import from each other. */
export async function importsBetween(project: Project, parts: CodePart[]): Promise<ImportEdge[]> {
  const edges: ImportEdge[] = []
  for (const from of parts)
    for (const [to, files] of (await importsOf(project, from, parts)).parts) edges.push({ from, to, files })
  return edges
}

/** What a part imports: from other parts, with the number of its files that do, and from outside. */
export async function importsOf(
  project: Project,
  part: CodePart,
  among = project.parts,
): Promise<{ parts: Map<CodePart, number>; outside: string[] }> {
  const parts = new Map<CodePart, number>()
  const outside: string[] = []
  for (const path of part.paths) {
    const { outline } = (await project.outline(path)) ?? {}
    const sources = [...new Set(outline?.imports.map(({ from }) => from))]
    const declared = /\.cs$/.test(path) ? await namespaces(project) : undefined
    const targetOf = (from: string) =>
      declared ? nearest(declared.get(from), part) : project.resolveImport(from, path)
    const found = sources.map((from) => ({ from, target: targetOf(from) }))
    const others = new Set(found.flatMap(({ target }) => (target ? (partAt(among, target) ?? []) : [])))
    for (const other of others) if (other !== part) parts.set(other, (parts.get(other) ?? 0) + 1)
    outside.push(
      ...found.flatMap(({ from, target }) => (target || from.startsWith('.') ? [] : [packageOf(path, from)])),
    )
  }
  const names = countBy(outside.filter(Boolean), (name) => name).map(([name]) => name)
  return { parts, outside: names.slice(0, 25).sort() }
}

const known = new WeakMap<Project, Map<string, string[]>>()

/** The files of each namespace of C#, whose folders need not be called like it. */
async function namespaces(project: Project): Promise<Map<string, string[]>> {
  const found = known.get(project) ?? new Map<string, string[]>()
  if (known.has(project)) return found
  known.set(project, found)
  for (const path of project.product) {
    const name = (await project.outline(path))?.outline.package
    if (name) found.set(name, [...(found.get(name) ?? []), path])
  }
  return found
}

/** A file of the part itself, if there is one. */
const nearest = (files: string[] | undefined, part: CodePart) =>
  files?.find((path) => part.paths.includes(path)) ?? files?.[0]

/** The part that a file belongs to, or that a folder is in. */
function partAt(parts: CodePart[], target: string): CodePart | undefined {
  const own = parts.find(({ paths }) => paths.includes(target))
  const around = parts.filter(({ folder }) => target === folder || target.startsWith(folder ? `${folder}/` : ''))
  return own ?? around.toSorted((a, b) => b.folder.length - a.folder.length || Number(b.isRest) - Number(a.isRest))[0]
}

/** What people call a package: the first parts of an import's name. */
function packageOf(path: string, from: string): string {
  if (/\.pyi?$/.test(path)) return from.split('.')[0] ?? from
  if (/\.rs$/.test(path))
    return /^(crate|self|super)\b/.test(from) || !from.includes('::') ? '' : (from.split('::')[0] ?? '')
  if (/\.(java|cs)$/.test(path)) return from.split('.').slice(0, 3).join('.')
  if (/\.php$/.test(path)) return from.split('\\').slice(0, 2).join('\\')
  const isGo = path.endsWith('.go')
  return from.startsWith('node:')
    ? from
    : from
        .split('/')
        .slice(0, isGo ? 3 : from.startsWith('@') ? 2 : 1)
        .join('/')
}
