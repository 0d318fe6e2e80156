import { productCode } from '../clone/code-files.ts'
import type { Repository } from '../clone/repository.ts'
import { firstLine, matches, type Node, namedChildren, stringValue } from '../syntax/grammar.ts'
import { languageOf, parseFile } from '../syntax/languages.ts'
import { readInline } from '../writing/markdown.ts'
import { type Block, code, type Inline, paragraph, table, titled } from '../writing/nodes.ts'
import { cite } from '../writing/sources.ts'

const maxParsed = 25
const maxRows = 120
const calls = [
  'add_argument(',
  'add_parser(',
  'click.option',
  'click.command',
  '.option(',
  'requiredOption(',
  'parseArgs(',
]

/** The options and commands that the code defines, with their help texts. */
export async function commandLineOptions(repository: Repository): Promise<Block[]> {
  const files = repository.search(productCode(repository).filter(languageOf), calls).slice(0, maxParsed)
  const rows: Inline[][][] = []
  for (const file of files) {
    const parsed = await parseFile(file)
    if (!parsed) continue
    for (const { name, help, arguments: list, _options, _type } of matches(
      parsed.tree,
      parsed.language.queries.commandLine,
    )) {
      const word = name && (stringValue(name) ?? name.text)
      if (!name || !word || !isOption(word) || (_type && !file.text.includes('parseArgs('))) continue
      const line = firstLine(name)
      const explained = stringValue(help) ?? keywordHelp(list) ?? ''
      rows.push([[code(_options ? `--${word}` : word)], readInline(explained), [cite(file, line, line)]])
    }
    parsed.tree.delete()
  }
  if (rows.length === 0) return []
  return titled('Options and commands in the code', [
    paragraph('Found where the code defines its command line:'),
    ...table(['Name', 'Help text', 'Where'], rows.slice(0, maxRows)),
  ])
}

/** Methods of these names are also called with paths and URLs. */
const isOption = (name: string) => name.length < 80 && !/[/:\s]\/|^\./.test(name)

function keywordHelp(list: Node | undefined): string | undefined {
  const help = namedChildren(list).find(
    (each) => each.type === 'keyword_argument' && each.childForFieldName('name')?.text === 'help',
  )
  const value = help?.childForFieldName('value')
  // Python concatenates adjacent string literals.
  return (
    stringValue(value) ??
    namedChildren(value)
      .map((each) => stringValue(each) ?? '')
      .join('')
  )
}
