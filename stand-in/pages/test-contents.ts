import { countBy } from '../clone/code-files.ts'
import type { Repository, TextFile } from '../clone/repository.ts'
import { matches, stringValue } from '../syntax/grammar.ts'
import { parseFile } from '../syntax/languages.ts'
import { type Block, bullets, code, heading, joined, paragraph } from '../writing/nodes.ts'
import { citeFile } from '../writing/sources.ts'
import { plural } from './site.ts'

const maxParsed = 30
const namesPerFile = 10

/** What the test files import, which shows the framework, and the names of their tests. */
export async function testContents(repository: Repository, paths: string[]): Promise<Block[]> {
  const found: Contents[] = []
  for (const file of paths.slice(0, maxParsed).flatMap((path) => repository.read(path) ?? []))
    found.push(await contentsOf(file))
  const further = paths.slice(maxParsed).flatMap((path) => repository.peek(path) ?? [])
  return [
    ...importedModules(found),
    ...testNames(found.filter(({ names }) => names.length > 0)),
    ...(further.length > 0
      ? [heading(2, 'Further test files'), ...bullets(further.slice(0, 100).map((file) => [citeFile(file)]))]
      : []),
  ]
}

interface Contents {
  file: TextFile
  names: string[]
  modules: string[]
}

async function contentsOf(file: TextFile): Promise<Contents> {
  const parsed = await parseFile(file)
  if (!parsed) return { file, names: [], modules: [] }
  const names = matches(parsed.tree, parsed.language.queries.tests).flatMap(({ name }) => {
    const text = name && withoutPlaceholders(stringValue(name) ?? name.text.replace(/^`|`$/g, ''))
    return text?.trim() ? [text.trim()] : []
  })
  const modules = parsed.language.outline(parsed.tree).imports.map(({ from }) => from)
  parsed.tree.delete()
  return { file, names, modules: [...new Set(modules.filter((from) => !from.startsWith('.')))] }
}

const placeholder = /%[sdifjoOcp#%$]|\$\{|\$\w/

/** Cuts the placeholders off a parameterised test name. Empty when they are more than a suffix. */
function withoutPlaceholders(name: string): string {
  const at = name.search(placeholder)
  if (at === -1) return name
  const before = name.slice(0, at).trimEnd()
  return /\w/.test(before) && /[:,(–—-]$/.test(before) ? before.slice(0, -1).trimEnd() : ''
}

function importedModules(found: Contents[]): Block[] {
  const counts = countBy(
    found.flatMap(({ modules }) => modules),
    (module) => module,
  ).slice(0, 12)
  if (counts.length === 0) return []
  return [
    paragraph(
      'Most imported by the test files: ',
      ...joined(counts.map(([module, count]) => [code(module), ` (${plural(count, 'file')})`])),
      '.',
    ),
  ]
}

function testNames(found: Contents[]): Block[] {
  if (found.length === 0) return []
  return [
    heading(2, 'What they check'),
    paragraph('The names of tests and groups in file order, without parameterised ones.'),
    ...found.flatMap(({ file, names }) => [
      paragraph(citeFile(file), names.length > namesPerFile ? `, the first ${namesPerFile} of ${names.length}:` : ':'),
      ...bullets(names.slice(0, namesPerFile).map((name) => [name])),
    ]),
  ]
}
