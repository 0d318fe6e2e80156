import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import type { Language, Node, Tree } from '@vscode/tree-sitter-wasm'
import treeSitter from '@vscode/tree-sitter-wasm'

export type { Node, Tree }

// Optimising a large grammar takes four times the memory of a whole run, and more time than it saves.
for (const flag of ['--liftoff-only', '--no-wasm-tier-up', '--no-wasm-dynamic-tiering']) setFlagsFromString(flag)

const { Language: Grammars, Parser, Query } = treeSitter
const loaded = new Map<string, Promise<Language>>()
let ready: Promise<void> | undefined

/** Loads a grammar on first use, since a page needs only one or two. */
async function grammarNamed(name: string): Promise<Language> {
  ready ??= Parser.init()
  await ready
  const load = () => {
    const path = fileURLToPath(import.meta.resolve(`@vscode/tree-sitter-wasm/wasm/tree-sitter-${name}.wasm`))
    return Grammars.load(readFileSync(path))
  }
  const grammar = loaded.get(name) ?? load()
  loaded.set(name, grammar)
  return grammar
}

/** Parses a text. A syntax error gives a tree with error nodes, not an exception. */
export async function parse(grammar: string, text: string): Promise<Tree | undefined> {
  const language = await grammarNamed(grammar)
  const parser = new Parser()
  parser.setLanguage(language)
  const tree = parser.parse(text)
  parser.delete()
  return tree ?? undefined
}

/** The nodes that a query captures, by capture name, for each match. */
export function namedMatches(tree: Tree, source: string): Record<string, Node>[] {
  const query = queryFor(tree.language, source)
  return query
    .matches(tree.rootNode)
    .map(({ captures }) => Object.fromEntries(captures.map(({ name, node }) => [name, node])))
}

/** Compiling a query takes longer than running it. */
const compiled = new Map<Language, Map<string, InstanceType<typeof Query>>>()

function queryFor(language: Language, source: string) {
  const ofLanguage = compiled.get(language) ?? new Map<string, InstanceType<typeof Query>>()
  compiled.set(language, ofLanguage)
  const query = ofLanguage.get(source) ?? new Query(language, source)
  ofLanguage.set(source, query)
  return query
}

/** The node's first line, from 1. */
export const firstLine = (node: Node): number => node.startPosition.row + 1

/** The last line that contains a character of the node, from 1. */
export const lastLine = (node: Node): number =>
  node.endPosition.column === 0 ? Math.max(node.endPosition.row, node.startPosition.row + 1) : node.endPosition.row + 1

/** The children without punctuation. */
export const namedChildren = (node: Node | null | undefined): Node[] =>
  (node?.namedChildren ?? []).filter((child) => child !== null)

/** The text between a string literal's quotes; undefined for anything but a plain string. */
export function stringValue(node: Node | null | undefined): string | undefined {
  if (node?.type !== 'string') return undefined
  return namedChildren(node)
    .filter(({ type }) => type === 'string_fragment' || type === 'string_content')
    .map(({ text }) => text)
    .join('')
}
