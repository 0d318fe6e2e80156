import type { Definition, Html, List, Nodes, PhrasingContent, Root, RootContent, Table } from 'mdast'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import remarkStringify from 'remark-stringify'
import { unified } from 'unified'
import type { TextFile } from '../clone/repository.ts'
import { quoteAdmonitions } from './admonitions.ts'
import { type Block, type Inline, paragraph } from './nodes.ts'
import { cite, excerpt } from './sources.ts'
import { untitledAsList } from './tables.ts'

/** Resolves a document's link for a page. Undefined reduces the link to its text. */
export type Resolve = (url: string) => string | undefined

const markdown = unified()
  .use(remarkParse)
  .use(remarkGfm, { tablePipeAlign: false })
  .use(remarkStringify, { bullet: '-' })
  .freeze()

/** Writes blocks as markdown, escaping their text. */
export const writeMarkdown = (blocks: Block[]): string => markdown.stringify({ type: 'root', children: blocks })

/**
 * Reads a document of the clone as blocks for a page: without HTML and images, with links resolved or reduced to their text, and
 * with verbatim code cited as an excerpt of the file. Blocks keep their position.
 */
export function readMarkdown(file: TextFile, resolve: Resolve): Block[] {
  const roots = piecesOf(readableText(file)).map((text) => markdown.parse(text))
  const definitions = new Map(roots.flatMap((root) => [...definitionsOf(root)]))
  return roots.flatMap((root) => cleanChildren<Block>(root, { file, resolve, definitions }))
}

/** Reads markdown that isn't from a file, by the same rules but without excerpts. */
export const readFragment = (text: string, resolve: Resolve): Block[] =>
  cleanChildren(markdown.parse(text), { resolve, definitions: new Map() })

/** The first paragraph of a comment as inline parts, without links. */
export function readInline(text: string): Inline[] {
  const first = readFragment(text, () => undefined).find((block) => block.type === 'paragraph')
  return first ? first.children : []
}

interface Cleaning {
  file?: TextFile
  resolve: Resolve
  definitions: Map<string, string>
}

const definitionsOf = (root: Root) =>
  new Map(
    root.children
      .filter((node): node is Definition => node.type === 'definition')
      .map((node) => [node.identifier, node.url]),
  )

/** Longer text is cut, in characters. */
export const longestText = 600_000
const longestPiece = 60_000

/** Divides a long text before headings, since parsing time grows faster than the text. Each piece keeps its line numbers. */
function piecesOf(text: string): string[] {
  if (text.length <= longestPiece) return [text]
  const pieces: string[] = []
  let [start, size, isFenced] = [0, 0, false]
  const lines = text.split('\n')
  for (const [index, line] of lines.entries()) {
    if (/^(```|~~~)/.test(line)) isFenced = !isFenced
    if (size > longestPiece && !isFenced && /^#{1,3} /.test(line)) {
      pieces.push('\n'.repeat(start) + lines.slice(start, index).join('\n'))
      ;[start, size] = [index, 0]
    }
    size += line.length + 1
  }
  return [...pieces, '\n'.repeat(start) + lines.slice(start).join('\n')]
}

/** The text to parse. Line numbers stay those of the file. */
function readableText({ path, lines }: TextFile): string {
  const end = lines[0]?.trim() === '---' ? lines.findIndex((line, index) => index > 0 && line.trim() === '---') : -1
  const isModuleLine = (line: string) => path.endsWith('.mdx') && /^(import|export)\s/.test(line)
  const isLeftOut = (line: string, index: number) => index <= end || isModuleLine(line) || isUnreadable(line)
  const text = quoteAdmonitions(lines.map((line, index) => (isLeftOut(line, index) ? '' : line))).join('\n')
  return text.length > longestText ? text.slice(0, text.lastIndexOf('\n', longestText)) : text
}

/** Whether a line isn't prose but crafted to keep a parser busy. */
const isUnreadable = (line: string) =>
  line.length > 10_000 || /^(?:[ \t]*(?:>|[-+*]|\d{1,9}[.)])){50}/.test(line) || /^[ \t]{80,}(?:>|[-+*] )/.test(line)

const dropped = new Set<string>([
  'image',
  'imageReference',
  'definition',
  'footnoteDefinition',
  'footnoteReference',
  'thematicBreak',
])

const cleanChildren = <T extends RootContent>(parent: { children: Nodes[] }, cleaning: Cleaning): T[] =>
  parent.children.flatMap((child) => clean(child, cleaning)) as T[]

function clean(node: Nodes, cleaning: Cleaning): Nodes[] {
  if (dropped.has(node.type)) return []
  if (node.type === 'code') return [diagramOf(node, cleaning) ?? cleanCode(node, cleaning)]
  if (node.type === 'html') return wordsOf(node)
  if (node.type === 'list' && isTableOfContents(node)) return []
  if (node.type === 'link') return cleanLink(node, node.url, cleaning)
  if (node.type === 'linkReference') return cleanLink(node, cleaning.definitions.get(node.identifier), cleaning)
  if (!('children' in node)) return [node]
  const children = cleanChildren(node, cleaning)
  const list = node.type === 'table' ? untitledAsList({ ...node, children } as Table) : undefined
  if (list) return list
  const mayBeEmpty = node.type === 'tableCell' || node.type === 'tableRow'
  return mayBeEmpty || !isBlank(children) ? [{ ...node, children } as Nodes] : []
}

function cleanLink(node: { children: PhrasingContent[] }, url: string | undefined, cleaning: Cleaning): Nodes[] {
  const children = cleanChildren<PhrasingContent>(node, cleaning)
  if (isBlank(children)) return []
  const target = url === undefined ? undefined : cleaning.resolve(url)
  return target === undefined ? children : [{ type: 'link', url: target, children: children as never }]
}

/** Replaces a diagram's source, which isn't readable, with a link to it. */
function diagramOf(node: Extract<Nodes, { type: 'code' }>, { file }: Cleaning): Nodes | undefined {
  const { start, end } = node.position ?? {}
  if (!file || !start || !end || !/^(mermaid|plantuml|puml|dot|graphviz)$/i.test(node.lang ?? '')) return undefined
  return {
    ...paragraph('Here the document has a diagram: ', cite(file, start.line, end.line), '.'),
    position: node.position,
  }
}

function cleanCode(node: Extract<Nodes, { type: 'code' }>, { file }: Cleaning): Nodes {
  const { start, end } = node.position ?? {}
  if (file && start && end && end.line - start.line >= 2) {
    const body = excerpt(file, start.line + 1, end.line - 1, Number.POSITIVE_INFINITY)
    const verbatim = file.lines.slice(start.line, end.line - 1).join('\n') === node.value
    const lang = plainLanguage(node.lang) || 'text'
    if (verbatim && body.value.trim()) return { ...body, lang, position: node.position }
  }
  return { type: 'code', lang: plainLanguage(node.lang) || 'text', value: node.value, position: node.position }
}

const plainLanguage = (lang: string | null | undefined) => /^[\w+#-]+/.exec(lang ?? '')?.[0]

/** A list of links to headings of its own document, which this site shows otherwise. */
const isTableOfContents = (list: List): boolean => {
  const links = list.children.flatMap(({ children }): Nodes[] =>
    children.flatMap((child): Nodes[] =>
      child.type !== 'paragraph' ? [] : child.children.length === 1 ? child.children : [child],
    ),
  )
  return links.length > 2 && links.every((each) => each.type === 'link' && each.url.startsWith('#'))
}

/** The words of a block of HTML, such as a centred title, without its markup; nothing if it has hardly any, or is a table. */
function wordsOf({ value, position }: Html): Nodes[] {
  if (position?.start.column !== 1 || /<(script|style|table|tr|td|svg|!--)/i.test(value) || value.length > 4_000)
    return []
  const text = value
    .split('<')
    .map((part) => part.slice(part.indexOf('>') + 1))
    .join(' ')
    .replaceAll(/&[a-z]+;|[\s·•|]+/g, ' ')
    .trim()
  const isTitle = /^\s*<h1/i.test(value) || text.split(' ').length < 4
  return isTitle ? [] : [{ ...paragraph(text), position }]
}

const isBlank = (nodes: Nodes[]): boolean =>
  nodes.every((node) => node.type === 'break' || (node.type === 'text' && !node.value.trim()))
