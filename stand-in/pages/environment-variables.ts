import { productCode } from '../clone/code-files.ts'
import type { Repository, TextFile } from '../clone/repository.ts'
import { firstLine, matches, type Node, namedChildren, stringValue, type Tree } from '../syntax/grammar.ts'
import { languageOf, parseFile } from '../syntax/languages.ts'
import { readInline } from '../writing/markdown.ts'
import { type Block, code, type Inline, joined, paragraph, table, titled } from '../writing/nodes.ts'
import { cite } from '../writing/sources.ts'
import { exampleComments } from './example-settings.ts'
import { plural } from './site.ts'

const maxParsed = 40
const words = ['process.env', 'environ', 'getenv', 'envvar', 'Deno.env', 'import.meta.env', 'Bun.env', 'BaseSettings']

type Explain = ReturnType<typeof exampleComments>

interface Place {
  name: string
  file: TextFile
  line: number
}

/** Environment variables that the code reads by name, or declares where it reads the environment as a whole. */
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
    if (wholes.length > 0) named?.push(...placesOf(file, parsed.tree, environmentNames, 'name', isVariable))
    parsed.tree.delete()
  }
  const explain = exampleComments(repository)
  return titled('Environment variables', [
    ...readByName(read ?? [], explain),
    ...readAsWhole(whole ?? [], named ?? [], explain),
  ])
}

const placesOf = (
  file: TextFile,
  tree: Tree,
  query: string,
  capture: string,
  wanted: (node: Node) => boolean = () => true,
): Place[] =>
  matches(tree, query).flatMap((match) => {
    const node = match[capture]
    return node && wanted(node) ? [{ name: stringValue(node) ?? node.text, file, line: firstLine(node) }] : []
  })

/** A single word in capitals may be any kind of key, unless its siblings are named like variables. */
function isVariable({ text, parent }: Node): boolean {
  const beside = namedChildren(parent?.parent).map((each) => each.childForFieldName('key')?.text ?? '')
  return parent?.type !== 'pair' || [text, ...beside].some((name) => /^[A-Z][A-Z0-9]*_[A-Z0-9_]*$/.test(name))
}

function readByName(places: Place[], explain: Explain): Block[] {
  const rows = rowsOf(places, explain)
  if (rows.length === 0) return []
  return [
    paragraph(
      `The code reads ${plural(rows.length, 'environment variable')} by name; `,
      'the line that reads a variable shows its default, if any.',
    ),
    ...variableTable('The line that reads it', rows),
  ]
}

function readAsWhole(places: Place[], named: Place[], explain: Explain): Block[] {
  if (places.length === 0) return []
  const where = joined(places.slice(0, 8).map(({ file, line }) => [cite(file, line, line)]))
  const rows = rowsOf(named, explain)
  return [
    paragraph('The environment is read or passed on as a whole in ', ...where, '.'),
    ...(rows.length > 0 ? [paragraph('The same files describe these variables:')] : []),
    ...variableTable('The line that describes it', rows),
  ]
}

/** Leaves out the comment column when there are no comments. */
const variableTable = (line: string, rows: Inline[][][]): Block[] =>
  rows.some(([, comment]) => comment?.length)
    ? table(['Variable', 'Comment', line, 'Where'], rows)
    : table(
        ['Variable', line, 'Where'],
        rows.map(([name = [], , ...rest]) => [name, ...rest]),
      )

const rowsOf = (places: Place[], explain: Explain): Inline[][][] =>
  [...Map.groupBy(places, ({ name }) => name)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, found]) => {
      const explained = explain(name)
      const places = [...(explained ? [explained] : []), ...found]
      return [
        [code(name)],
        readInline(explained?.text ?? found.map(commentAbove).find(Boolean) ?? ''),
        [code(lineAt(found[0]).slice(0, 110))],
        joined(places.slice(0, 4).map(({ file, line }) => [cite(file, line, line)])),
      ]
    })

/** Expects a line without white space around it. */
const comment = /^(?:\/\/|#|\/\*\*(?=.*\*\/$))\s*(?!eslint|biome|prettier|@ts-|noqa|type:|pylint|!)([^\s#/*].*)$/

/** The comment above a line: one line of JSDoc, or lines that start with `//` or `#`. */
function commentAbove({ file: { lines }, line }: Place): string {
  const text: string[] = []
  for (let above = line - 2; above >= 0; above--) {
    const words = comment
      .exec(lines[above]?.trim() ?? '')?.[1]
      ?.replace(/\*\/$/, '')
      .trimEnd()
    if (!words) break
    text.unshift(words)
  }
  return text.join(' ')
}

const lineAt = (place: Place | undefined) => place?.file.lines[place.line - 1]?.trim() ?? ''
