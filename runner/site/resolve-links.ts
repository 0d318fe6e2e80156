import type { Element, ElementContent } from 'hast'
import { toString as textOf } from 'hast-util-to-string'
import { type Child, h } from 'hastscript'
import { SKIP, visit } from 'unist-util-visit'
import type { SourceRange } from '../../shared/page.ts'
import type { SiteContext } from '../../shared/site.ts'
import { internalUrl } from './internal-url.ts'
import { note } from './mark-unconfirmed.ts'
import type { PreparedPage } from './prepare-page.ts'
import { EXTERNAL_REL, sourceLink, sourceUrl } from './source-link.ts'
import { linesText, placeText, rangeOfNode } from './source-range.ts'
import type { Texts } from './texts/en.ts'

/**
 * Resolves every link of a page: to a page or heading of the site, to lines of the repository, or to an http, https or mailto
 * URL. Any other link is reduced to its text and reported. Also adds the captions of figures with a source.
 */
export function resolveLinks(
  prepared: PreparedPage,
  pages: ReadonlyMap<string, PreparedPage>,
  context: SiteContext,
  onUnresolved: (href: string) => void = () => undefined,
): void {
  const { unverified, texts } = prepared
  const at = { ...context, texts }
  const resolve = (link: Element) =>
    holdsLink(link)
      ? undefined
      : (toSource(link, unverified, at) ?? toOutside(link) ?? toPage(link, internalUrl(link, prepared, pages)))

  visit(prepared.tree, 'element', (node, index, parent) => {
    if (index === undefined || !parent) return
    if (node.tagName === 'figure') addCaption(node, unverified, at)
    if (node.tagName !== 'a') return
    const link = resolve(node)
    if (!link && typeof node.properties.href === 'string') onUnresolved(node.properties.href)
    parent.children.splice(index, 1, ...(link ?? node.children))
    return [SKIP, index + (link?.length ?? 0)]
  })
}

/** Markdown allows a link inside a link, HTML doesn't: a browser would split them. Only the inner link is kept. */
const holdsLink = (link: Element): boolean => {
  let found = false
  visit(link, { tagName: 'a' }, (node) => {
    found ||= node !== link
  })
  return found
}

/** Where sources are, and how that is said. */
type Where = SiteContext & { texts: Texts }

function toSource(link: Element, unverified: PreparedPage['unverified'], at: Where): ElementContent[] | undefined {
  const range = rangeOfNode(link)
  if (!range) return undefined
  return [sourceLink(range, at, labelOf(link, range, at)), ...(unverified.has(link) ? note(at.texts.notVerified) : [])]
}

function toOutside(link: Element): ElementContent[] | undefined {
  const url = URL.parse(String(link.properties.href))
  if (!url || !/^(?:https?|mailto):$/.test(url.protocol)) return undefined
  const label = textOf(link).trim() === '' ? url.href : link.children
  return [h('a', { ...link.properties, href: url.href, rel: EXTERNAL_REL }, label)]
}

/** The link's own text, if any. Where it will be no link, it also says where the lines are: readers have nothing to point at. */
function labelOf(link: Element, range: SourceRange, at: Where): Child {
  const text = textOf(link).trim()
  const isLink = sourceUrl(range, at) !== undefined
  if (text === '' || text === link.properties.href)
    return isLink ? `${range.path}, ${linesText(range, at.texts)}` : placeText(range)
  const place = isLink ? '' : placeAfter(text, range)
  return place === '' ? link.children : [...link.children, h('span', { className: ['place'] }, place)]
}

/** `main.go` becomes `main.go:46–64`, and any other text is followed by that. */
function placeAfter(text: string, range: SourceRange): string {
  const place = placeText(range)
  if (text === place) return ''
  const isName = text === range.path || range.path.endsWith(`/${text}`)
  return isName ? place.slice(range.path.length) : ` (${place})`
}

const toPage = (link: Element, href: string | undefined): ElementContent[] | undefined =>
  href === undefined || textOf(link).trim() === '' ? undefined : [h('a', { ...link.properties, href }, link.children)]

function addCaption(figure: Element, unverified: PreparedPage['unverified'], at: Where): void {
  const range = rangeOfNode(figure)
  if (!range) return
  const label = [h('code', {}, range.path), ` ${linesText(range, at.texts)}`]
  figure.children.unshift(
    h('figcaption', {}, sourceLink(range, at, label), unverified.has(figure) ? note(at.texts.notVerified) : []),
  )
}
