import type { Html, Nodes, Parents, Root } from 'mdast'
import { visit } from 'unist-util-visit'
import { type HarmlessTag, harmlessTag } from './harmless-html.ts'
import { attributeOf, type HtmlPiece, htmlPieces, type Tag, writeAttributes } from './html-pieces.ts'
import { OpenTags } from './open-tags.ts'

/** A piece of a node's raw HTML, with the decision on how to render it. */
export interface TamePiece {
  piece: HtmlPiece
  node: Html
  /** Set if this is a tag and stays one. */
  tag?: HarmlessTag
  /** The start tag that this end tag closes. */
  start?: TamePiece
}

type Tamed = Map<Nodes, TamePiece[]>

/** Called for each script, style or quotation that is dropped. */
export type OnHidden = (name: string, source: string) => void

/**
 * Reduces a page's raw HTML to harmless tags, properly nested within their parent node. Drops comments, scripts and styles, and turns
 * everything else into text. That leaves the HTML parser nothing to repair, so it doesn't reorder any text.
 */
export function tameHtml(tree: Root, onHidden: OnHidden): void {
  const parents: Parents[] = []
  visit(tree, (node) => {
    if ('children' in node && node.children.some(({ type }) => type === 'html')) parents.push(node)
  })
  for (const parent of parents) parent.children = nest(parent, onHidden) as never
}

/** Finds the offsets in the source where a backslash makes a supposed HTML block parse as markdown. */
export function textTakenForHtml(tree: Root, source: string): number[] {
  const places: number[] = []
  visit(tree, (parent) => {
    if (!('children' in parent) || !isFlow(parent)) return
    for (const [node, pieces] of tamePieces(parent)) {
      const first = pieces.find(({ piece }) => piece.source.trim() !== '')
      if (node.type !== 'html' || !first || first.tag || first.piece.kind === 'hidden') continue
      const taken = pieces.map((piece) => piece.tag === undefined && piece.piece.kind !== 'hidden')
      places.push(...bracketsOf(node.position?.start.offset ?? 0, source, pieces, taken))
    }
  })
  return places
}

/** HTML blocks that don't end at a blank line. After their first bracket they may contain code, where a backslash would show. */
const ENDS_LATE = /^\s*<(?:script|pre|style|textarea|!|\?)/i

function bracketsOf(start: number, source: string, pieces: readonly TamePiece[], taken: readonly boolean[]): number[] {
  const html = pieces.map(({ piece }) => piece.source).join('')
  const brackets: number[] = []
  let at = start - 1
  // The prefixes of lines in quotes and lists contain no brackets, so counting brackets is enough.
  for (const [index, { piece }] of pieces.entries()) {
    const count = piece.source.split('<').length - 1
    for (let bracket = 0; bracket < count; bracket++) {
      at = source.indexOf('<', at + 1)
      if (taken[index] && (brackets.length === 0 || !ENDS_LATE.test(html))) brackets.push(at)
    }
  }
  return brackets
}

const FLOW = new Set(['root', 'blockquote', 'listItem', 'footnoteDefinition'])
const isFlow = ({ type }: Nodes): boolean => FLOW.has(type)

/** All pieces of raw HTML among a parent's children, with end tags linked to their start tags. */
function tamePieces(parent: Parents): Tamed {
  const tamed: Tamed = new Map()
  const unclosed = new Map<string, TamePiece[]>()
  for (const node of parent.children) {
    if (node.type !== 'html') continue
    const pieces = htmlPieces(node.value).map((piece): TamePiece => ({ piece, node }))
    tamed.set(node, pieces)
    for (const piece of pieces) if (piece.piece.kind === 'tag') judge(piece, piece.piece, unclosed)
  }
  if (isFlow(parent)) for (const piece of [...unclosed.values()].flat()) endByItself(piece)
  return tamed
}

function judge(piece: TamePiece, tag: Tag, unclosed: Map<string, TamePiece[]>): void {
  const harmless = harmlessTag(tag.name)
  if (!harmless) return
  const name = tag.name.toLowerCase()
  const starts = unclosed.get(name) ?? []
  if (harmless.isVoid) {
    if (!tag.closes && (name !== 'img' || attributeOf(tag.attributes, 'src') !== undefined)) piece.tag = harmless
  } else if (!tag.closes) {
    starts.push(piece)
    unclosed.set(name, starts)
  } else {
    const start = starts.pop()
    if (!start) return
    // Between two nodes is markdown, which has paragraphs of its own; a paragraph can't contain those.
    const stays = (name === 'p' && start.node !== piece.node && harmlessTag('div')) || harmless
    start.tag = stays
    piece.tag = stays
    piece.start = start
  }
}

function endByItself(piece: TamePiece): void {
  if (piece.piece.kind !== 'tag') return
  const harmless = harmlessTag(piece.piece.name)
  // `<P>` in capitals is more likely a type parameter than a paragraph.
  if (harmless?.endsByItself && piece.piece.name === piece.piece.name.toLowerCase()) piece.tag = harmless
}

function nest(parent: Parents, onHidden: OnHidden): Nodes[] {
  const tamed = tamePieces(parent)
  const open = new OpenTags()
  const children: Nodes[] = []
  const add = (html: string) => {
    const last = children.at(-1)
    if (html === '') return
    if (last?.type === 'html') last.value += html
    else children.push({ type: 'html', value: html })
  }
  for (const node of parent.children) {
    const pieces = tamed.get(node)
    const [only] = pieces ?? []
    if (!pieces) {
      const isSpace = node.type === 'text' && node.value.trim() === ''
      if (!isSpace) add(isFlow(parent) ? open.beforeBlock(node.type === 'heading') : open.beforeText())
      children.push(node)
    } else if (pieces.length === 1 && only && only.piece.kind !== 'hidden' && !only.tag && !open.wantsCell()) {
      const text: Nodes = { type: 'text', value: only.piece.source }
      children.push(isFlow(parent) ? { type: 'paragraph', children: [text] } : text)
    } else {
      if (isFlow(parent) && children.at(-1)?.type === 'html') add('\n')
      for (const piece of pieces) add(write(piece, open, onHidden))
    }
  }
  add(open.closeAll())
  return children
}

function write(tame: TamePiece, open: OpenTags, onHidden: OnHidden): string {
  const { piece, tag } = tame
  if (piece.kind === 'hidden') {
    if (piece.name !== 'comment') onHidden(piece.name, piece.source)
    return ''
  }
  if (piece.kind === 'text') return open.text(escapeBrackets(piece.source))
  if (!tag) return open.text(escapeBrackets(piece.source.replaceAll('&', '&amp;')))
  if (tame.start) return open.end(tame.start) ?? open.text(escapeBrackets(piece.source))
  const name = piece.name.toLowerCase()
  if (name === 'img') return open.text(imageOf(piece.attributes))
  if (tag.becomes === undefined) return ''
  const html = `<${tag.becomes}${writeAttributes(piece.attributes, tag.attributes)}>`
  return open.start(tame, tag, html) ?? open.text(escapeBrackets(piece.source.replaceAll('&', '&amp;')))
}

/** An image as `parseMarkdown` writes it. */
function imageOf(attributes: string): string {
  const [address = '', alt = ''] = ['src', 'alt'].map((name) => attributeOf(attributes, name))
  return `<span data-image="${address.trim().replaceAll('"', '&quot;')}">${escapeBrackets(alt)}</span>`
}

const escapeBrackets = (text: string): string => text.replaceAll('<', '&lt;')
