import type { TextFile } from '../clone/repository.ts'
import type { CodeSymbol } from '../syntax/outline.ts'
import { readInline } from '../writing/markdown.ts'
import { type Block, bullets, code, heading, type Inline, joined, paragraph } from '../writing/nodes.ts'
import { firstSentence } from '../writing/sentences.ts'
import { cite, excerpt, maxExcerptLines } from '../writing/sources.ts'

/** A symbol and its file. */
export interface Located {
  file: TextFile
  symbol: CodeSymbol
  /** The exported name, if it differs. */
  name?: string
}

export const maxExcerpts = 12

/** Shows symbols, each with an excerpt of its head and, for classes, a list of members. */
export const showSymbols = (symbols: Located[], depth: number): Block[] =>
  symbols.flatMap(({ file, symbol, name = symbol.name }) => [
    heading(depth, code(name)),
    paragraph(`${capitalised(symbol.kind)} in `, cite(file, symbol.docStart, symbol.end), '.', ...hiddenDoc(symbol)),
    headOf(file, symbol),
    ...memberList(file, symbol),
  ])

/** Lists symbols: name, first sentence of the comment, and a link. */
export const listSymbols = (symbols: Located[]): Block[] =>
  bullets(
    symbols.map(({ file, symbol, name = symbol.name }) => [
      code(name),
      ` (${symbol.kind})`,
      ...summary(symbol.doc),
      ' – ',
      cite(file, symbol.start, symbol.end),
    ]),
  )

/** Lists files with the names of their symbols. */
export const listNames = (symbols: Located[]): Block[] =>
  bullets(
    [...Map.groupBy(symbols, ({ file }) => file)].map(([file, found]) => [
      cite(file, 1, file.lines.length, file.path),
      ': ',
      ...joined(found.slice(0, 30).map(({ symbol }) => [cite(file, symbol.start, symbol.end, symbol.name)])),
      found.length > 30 ? ` and ${found.length - 30} more` : '',
    ]),
  )

/** The first sentence of a comment, preceded by a dash; empty without a comment. */
export function summary(doc: string): Inline[] {
  const parts = readInline(firstSentence(firstParagraph(doc).slice(0, 600)).slice(0, 300))
  return parts.length > 0 ? [' – ', ...parts] : []
}

const firstParagraph = (text: string) => text.trim().split(/\n\s*\n/)[0] ?? ''

/** All of a short symbol, or else its head, with the comment unless that is too long. */
function headOf(file: TextFile, symbol: CodeSymbol) {
  const hasHead = symbol.headEnd < symbol.end
  const isShort = symbol.end - symbol.docStart < (symbol.kind === 'function' ? 8 : maxExcerptLines)
  const head =
    /^(class|module)$/.test(symbol.kind) && !symbol.doc ? Math.min(symbol.end, symbol.start + 11) : symbol.headEnd
  const end = isShort || !hasHead ? symbol.end : head
  return excerpt(file, isDocLong(symbol) ? symbol.start : symbol.docStart, end)
}

const isDocLong = ({ headEnd, docStart, start }: CodeSymbol) =>
  docStart < start && headEnd - docStart >= maxExcerptLines

const hiddenDoc = (symbol: CodeSymbol): Inline[] =>
  isDocLong(symbol) ? [' ', ...readInline(firstParagraph(symbol.doc))] : []

function memberList(file: TextFile, { kind, members, end, docStart }: CodeSymbol): Block[] {
  if (members.length === 0 || (!/^(class|struct|module|trait)$/.test(kind) && end - docStart < maxExcerptLines))
    return []
  const shown = members.slice(0, 20)
  return [
    paragraph('Its public members:'),
    ...bullets(shown.map((member) => [cite(file, member.docStart, member.end, member.name), ...summary(member.doc)])),
    ...(members.length > shown.length ? [paragraph(`And ${members.length - shown.length} more.`)] : []),
  ]
}

const capitalised = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)
