import type { Element, ElementContent, Root } from 'hast'
import { toString as textOf } from 'hast-util-to-string'
import { h } from 'hastscript'
import { SKIP, visit } from 'unist-util-visit'
import { formatSourceRange, type Page, type Unconfirmed } from '../../shared/page.ts'
import { type Cited, citedIn } from './citations.ts'
import type { Texts } from './texts/en.ts'

/** The visible note after a citation or a text that the check against the repository could not confirm. */
export const note = (text: string): ElementContent[] => [
  { type: 'text', value: ' ' },
  h('small', { className: ['unverified'] }, text),
]

/** The nodes of a page's tree, as it was parsed, whose citations are not verified. */
export function unverifiedNodes(tree: Root, { citations }: Page): ReadonlySet<Element> {
  const found = citedIn(tree)
  const ranges = citations.map(formatSourceRange)
  const isSame = found.every(({ cited }, index) => formatSourceRange(cited.range) === ranges[index])
  // A page of an earlier version has one citation for each range.
  const byRange = new Map(citations.map((citation, index) => [ranges[index], citation]))
  const isWrong = ({ cited }: { cited: Cited }, index: number) =>
    (isSame ? citations[index] : byRange.get(formatSourceRange(cited.range)))?.verified === false
  return new Set(found.filter(isWrong).map(({ node }) => node))
}

/** Adds a note wherever a page says what the repository doesn't bear out. */
export function markUnconfirmed(tree: Root, { unconfirmed = [] }: Page, words: Texts): void {
  const texts = (...kinds: Unconfirmed['kind'][]) =>
    unconfirmed.filter(({ kind }) => kinds.includes(kind)).map(({ text }) => text)
  const [commands, sections, repeated] = [texts('option', 'command'), texts('section'), texts('repeated')]
  if (unconfirmed.length === 0) return
  const names = (node: Element) => commands.some((command) => textOf(node).includes(command))
  visit(tree, 'element', (node, index, parent) => {
    if (index === undefined || !parent) return undefined
    const after = (...notes: ElementContent[]): [typeof SKIP, number] => {
      parent.children.splice(index + 1, 0, ...notes)
      return [SKIP, index + 1 + notes.length]
    }
    if (node.tagName === 'figure') return SKIP
    if (node.tagName === 'pre') return names(node) ? after(h('p', {}, note(words.notFoundInCode))) : SKIP
    if (node.tagName === 'code') return names(node) ? after(...note(words.notFoundInCode)) : SKIP
    if (/^h[2-6]$/.test(node.tagName))
      return sections.includes(textOf(node).trim()) ? after(h('p', {}, note(words.noSource))) : SKIP
    if (node.tagName === 'p' && repeated.includes(textOf(node).trim()))
      node.children.push(...note(words.alsoOnAnotherPage))
    return undefined
  })
}
