import type { Blockquote, Paragraph, PhrasingContent, Root } from 'mdast'
import { toString as textOf } from 'mdast-util-to-string'
import { visit } from 'unist-util-visit'

/** The style of an alert, by its first word. */
const STYLES: Record<string, string> = {
  ...{ note: 'note', info: 'note', tip: 'tip', hint: 'tip', important: 'important' },
  ...{ warning: 'warning', caution: 'caution', danger: 'caution' },
}

/**
 * Turns quotes that begin with `[!NOTE]`, `**Note**` or `**Note:**` into labelled notes. The label is text, so screen readers read
 * it out.
 */
export function labelAlerts(tree: Root): void {
  visit(tree, 'blockquote', (quote) => {
    const first = quote.children[0]
    if (first?.type === 'paragraph') labelAlert(quote, first)
  })
}

function labelAlert(quote: Blockquote, first: Paragraph): void {
  const found = markedBy(first.children) ?? namedBy(first.children)
  if (!found) return
  const style = STYLES[found.word.toLowerCase()] ?? 'note'
  first.children = found.rest
  if (textOf(first).trim() === '' && found.rest.every(({ type }) => type === 'text')) quote.children.shift()
  quote.children.unshift({
    type: 'paragraph',
    data: { hProperties: { className: ['alert-title'] } },
    children: [{ type: 'text', value: capitalised(found.word) }],
  })
  quote.data = { hName: 'div', hProperties: { className: ['alert', `alert-${style}`], role: 'note' } }
}

interface Marked {
  word: string
  /** The paragraph after the mark. */
  rest: PhrasingContent[]
}

function markedBy([first, ...others]: PhrasingContent[]): Marked | undefined {
  const [mark, word] = (first?.type === 'text' && /^\s*\[!([a-z]+)\][-+]?\s*/i.exec(first.value)) || []
  if (first?.type !== 'text' || mark === undefined || !isAlert(word)) return undefined
  return { word, rest: [{ ...first, value: first.value.slice(mark.length) }, ...others] }
}

function namedBy([first, second, ...others]: PhrasingContent[]): Marked | undefined {
  const word =
    first?.type === 'strong' ? /^[^\p{L}\p{N}]*(\p{L}+)\s*:?$/u.exec(textOf(first).trimEnd())?.[1] : undefined
  if (!isAlert(word)) return undefined
  if (!second || second.type === 'break') return { word, rest: others }
  if (second.type !== 'text') return undefined
  // "**Note** that …" is a sentence.
  const isSentence = !textOf(first).includes(':') && /^[^\S\n]*[^\s:–—-]/.test(second.value)
  return isSentence
    ? undefined
    : { word, rest: [{ ...second, value: second.value.replace(/^\s*[:–—-]?\s*/, '') }, ...others] }
}

const isAlert = (word: string | undefined): word is string =>
  word !== undefined && Object.hasOwn(STYLES, word.toLowerCase())

const capitalised = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase()
