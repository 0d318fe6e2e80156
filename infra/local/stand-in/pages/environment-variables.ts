import { productCode } from '../clone/code-files.ts'
import type { Repository, TextFile } from '../clone/repository.ts'
import { firstLine, matches, stringValue, type Tree } from '../syntax/grammar.ts'
import { languageOf, parseFile } from '../syntax/languages.ts'
import { type Block, code, type Inline, joined, paragraph, table, titled } from '../writing/nodes.ts'
import { cite } from '../writing/sources.ts'
import { plural } from './site.ts'

const maxParsed = 40
const words = ['process.env', 'environ', 'getenv', 'envvar', 'Deno.env', 'import.meta.env', 'Bun.env', 'BaseSettings']

interface Place {
  name: string
  file: TextFile
  line: number
}

/** Environment variables that the code reads by name, or names where it reads the environment as a whole. */
export async function environmentVariables(repository: Repository): Promise<Block[]> {
  const files = repository.search(productCode(repository).filter(languageOf), words).slice(0, maxParsed)
  const [read, whole, named]: Place[][] = [[], [], []]
  for (const file of files) {
    const parsed = await parseFile(file)
    if (!parsed) continue
    const { environment, environmentNames } = parsed.language.queries
    read?.push(...placesOf(file, parsed.tree, environment, 'name'))
    const wholes = placesOf(file, parsed.tree, environment, 'whole')
    whole?.push(...wholes)
    if (wholes.length > 0) named?.push(...placesOf(file, parsed.tree, environmentNames, 'name'))
    parsed.tree.delete()
  }
  return titled('Environment variables', [...readByName(read ?? []), ...readAsWhole(whole ?? [], named ?? [])])
}

const placesOf = (file: TextFile, tree: Tree, query: string, capture: string): Place[] =>
  matches(tree, query).flatMap((match) => {
    const node = match[capture]
    return node ? [{ name: stringValue(node) ?? node.text, file, line: firstLine(node) }] : []
  })

function readByName(places: Place[]): Block[] {
  const rows = rowsOf(places)
  if (rows.length === 0) return []
  return [
    paragraph(
      `The code reads ${plural(rows.length, 'environment variable')} by name; `,
      'the line that reads it shows a default where there is one.',
    ),
    ...table(['Variable', 'The line that reads it', 'Where'], rows),
  ]
}

function readAsWhole(places: Place[], named: Place[]): Block[] {
  if (places.length === 0) return []
  const where = joined(places.slice(0, 8).map(({ file, line }) => [cite(file, line, line)]))
  const rows = rowsOf(named)
  return [
    paragraph('The environment is read or handed on as a whole in ', ...where, '.'),
    ...(rows.length > 0 ? [paragraph('The same files describe these variables:')] : []),
    ...table(['Variable', 'The line that describes it', 'Where'], rows),
  ]
}

const rowsOf = (places: Place[]): Inline[][][] =>
  [...Map.groupBy(places, ({ name }) => name)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, found]) => [
      [code(name)],
      [code(lineAt(found[0]).slice(0, 110))],
      joined(found.slice(0, 4).map(({ file, line }) => [cite(file, line, line)])),
    ])

const lineAt = (place: Place | undefined) => place?.file.lines[place.line - 1]?.trim() ?? ''
