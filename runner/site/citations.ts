import type { Element, Nodes, Root } from 'hast'
import { toString as textOf } from 'hast-util-to-string'
import { SKIP, visit } from 'unist-util-visit'
import type { SourceRange } from '../../shared/page.ts'
import { parseMarkdown } from './parse-markdown.ts'
import { rangeOfNode } from './source-range.ts'

/** A place in the repository that a page cites, with what the page shows for it. */
export interface Cited {
  range: SourceRange
  kind: 'link' | 'excerpt'
  /** The link's text, or the lines of the excerpt. */
  text: string
  /** The link's text is nothing but code. */
  isCode: boolean
  /** Where it stands in the markdown; absent for a link in raw HTML. */
  at?: Place
}

/** Offsets in the markdown: of the whole node, and of a link's text. */
export interface Place {
  start: number
  end: number
  text?: [start: number, end: number]
}

/**
 * Lists every citation of the rendered page, in reading order, with repetitions. Paths that could leave the repository (`..`, a
 * leading slash) are never sources.
 */
export const citationsIn = (markdown: string): Cited[] => citedIn(parseMarkdown(markdown)).map(({ cited }) => cited)

/** The same in a tree of {@link parseMarkdown}, or in another whose nodes cite what `rangeOf` says; with their nodes. */
export function citedIn(
  tree: Root | Element,
  rangeOf: (node: Nodes) => SourceRange | undefined = rangeOfNode,
): { node: Element; cited: Cited }[] {
  const found: { node: Element; cited: Cited }[] = []
  visit(tree, 'element', (node) => {
    const range = rangeOf(node)
    if (!range) return undefined
    found.push({ node, cited: node.tagName === 'figure' ? excerptOf(node, range) : linkOf(node, range) })
    return node.tagName === 'figure' ? SKIP : undefined
  })
  return found
}

function excerptOf(node: Element, range: SourceRange): Cited {
  const code = node.children.find((child) => child.type === 'element' && child.tagName === 'pre') ?? node
  return { range, kind: 'excerpt', text: textOf(code), isCode: false, ...placeOf(node) }
}

function linkOf(node: Element, range: SourceRange): Cited {
  const shown = node.children.filter((child) => !(child.type === 'text' && child.value.trim() === ''))
  const isCode = shown.length > 0 && shown.every((child) => child.type === 'element' && child.tagName === 'code')
  return { range, kind: 'link', text: textOf(node), isCode, ...placeOf(node) }
}

/** Written by {@link parseMarkdown}. */
function placeOf({ properties: { dataAt } }: Element): { at?: Place } {
  if (typeof dataAt !== 'string') return {}
  const [start = 0, end = 0, ...text] = dataAt.split('-').map(Number)
  const [from, to] = text
  return { at: { start, end, ...(from === undefined || to === undefined ? {} : { text: [from, to] }) } }
}
