/** A piece of the raw HTML in markdown. */
export type HtmlPiece =
  | { kind: 'text'; source: string }
  /** Something browsers don't display: a comment, or an entire script or style. */
  | { kind: 'hidden'; source: string; name: string }
  | Tag

/** A start or end tag. Its `attributes` are decoded later, by the HTML parser. */
export interface Tag {
  kind: 'tag'
  source: string
  /** As written. */
  name: string
  closes: boolean
  attributes: string
}

/**
 * Splits raw HTML into tags, text, and hidden pieces. Joined together, the pieces are the source again. Takes time linear in its
 * length. Anything that isn't closed, or isn't a tag in CommonMark's grammar, is text.
 */
export function htmlPieces(html: string): HtmlPiece[] {
  const pieces: HtmlPiece[] = []
  let at = 0
  let textFrom = 0
  const take = (piece: HtmlPiece) => {
    if (textFrom < at) pieces.push({ kind: 'text', source: html.slice(textFrom, at) })
    pieces.push(piece)
    at += piece.source.length
    textFrom = at
  }
  const hiddenAt = findHidden(html)
  for (at = html.indexOf('<'); at >= 0; at = html.indexOf('<', at)) {
    const piece = hiddenAt(at) ?? tagAt(html, at)
    if (piece) take(piece)
    else at++
  }
  if (textFrom < html.length) pieces.push({ kind: 'text', source: html.slice(textFrom) })
  return pieces
}

/** Stops looking for an end once none is ahead; otherwise many unclosed comments would take quadratic time. */
function findHidden(html: string): (at: number) => HtmlPiece | undefined {
  const ends = HIDDEN.map(({ name, begin, end }) => ({ name, begin, end: new RegExp(end), isAhead: true }))
  return (at) => {
    const start = html.slice(at, at + 8).toLowerCase()
    const hidden = ends.find(({ begin, isAhead }) => isAhead && begin.test(start))
    if (!hidden) return undefined
    hidden.end.lastIndex = at + 2
    hidden.isAhead = hidden.end.test(html)
    if (!hidden.isAhead) return undefined
    return { kind: 'hidden', source: html.slice(at, hidden.end.lastIndex), name: hidden.name }
  }
}

const HIDDEN = [
  { name: 'comment', begin: /^<!--/, end: /-->/g },
  { name: 'script', begin: /^<script[\s>]/, end: /<\/script\s*>/gi },
  { name: 'style', begin: /^<style[\s>]/, end: /<\/style\s*>/gi },
]

function tagAt(html: string, at: number): Tag | undefined {
  TAG.lastIndex = at
  const [source, slash, name = '', attributes = ''] = TAG.exec(html) ?? []
  return source === undefined ? undefined : { kind: 'tag', source, name, closes: slash === '/', attributes }
}

const TAG = /<(\/?)([a-z][a-z0-9-]*)((?:\s+[a-z_:][\w:.-]*(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?)*)\s*\/?>/iy

/** Formats those attributes of a tag that are in `names`, in double quotes. The first of each name wins. */
export function writeAttributes(attributes: string, names: readonly string[]): string {
  const written = new Map<string, string>()
  for (const [, name = '', double, single, bare] of attributes.matchAll(ATTRIBUTE)) {
    const key = name.toLowerCase()
    const value = (double ?? single ?? bare ?? '').replaceAll('"', '&quot;')
    if (names.includes(key) && !written.has(key)) written.set(key, ` ${key}="${value}"`)
  }
  return [...written.values()].join('')
}

const ATTRIBUTE = /([a-z_:][\w:.-]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/gi

/** The value of one attribute, with its character references; undefined if the tag doesn't have it. */
export const attributeOf = (attributes: string, name: string): string | undefined => {
  const found = [...attributes.matchAll(ATTRIBUTE)].find(([, key = '']) => key.toLowerCase() === name)
  return found && (found[2] ?? found[3] ?? found[4] ?? '')
}
