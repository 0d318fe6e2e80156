import type { Element, ElementContent } from 'hast'
import { toString as textOf } from 'hast-util-to-string'
import { h } from 'hastscript'
import { SKIP, visit } from 'unist-util-visit'
import type { SiteContext } from '../../shared/site.ts'
import { internalUrl } from './internal-url.ts'
import { note } from './mark-unconfirmed.ts'
import type { PreparedPage } from './prepare-page.ts'
import { EXTERNAL_REL, sourceLink } from './source-link.ts'
import { linesText, rangeOfNode } from './source-range.ts'

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
  const { unverified } = prepared
  const resolve = (link: Element) =>
    holdsLink(link)
      ? undefined
      : (toSource(link, unverified, context) ?? toOutside(link) ?? toPage(link, internalUrl(link, prepared, pages)))

  visit(prepared.tree, 'element', (node, index, parent) => {
    if (index === undefined || !parent) return
    if (node.tagName === 'figure') addCaption(node, unverified, context)
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

function toSource(
  link: Element,
  unverified: PreparedPage['unverified'],
  context: SiteContext,
): ElementContent[] | undefined {
  const range = rangeOfNode(link)
  if (!range) return undefined
  const text = textOf(link)
  const label =
    text.trim() === '' || text === link.properties.href ? `${range.path}, ${linesText(range)}` : link.children
  return [sourceLink(range, context, label), ...(unverified.has(link) ? note() : [])]
}

function toOutside(link: Element): ElementContent[] | undefined {
  const url = URL.parse(String(link.properties.href))
  if (!url || !/^(?:https?|mailto):$/.test(url.protocol)) return undefined
  const label = textOf(link).trim() === '' ? url.href : link.children
  return [h('a', { ...link.properties, href: url.href, rel: EXTERNAL_REL }, label)]
}

const toPage = (link: Element, href: string | undefined): ElementContent[] | undefined =>
  href === undefined || textOf(link).trim() === '' ? undefined : [h('a', { ...link.properties, href }, link.children)]

function addCaption(figure: Element, unverified: PreparedPage['unverified'], context: SiteContext): void {
  const range = rangeOfNode(figure)
  if (!range) return
  const label = [h('code', {}, range.path), ` ${linesText(range)}`]
  figure.children.unshift(h('figcaption', {}, sourceLink(range, context, label), unverified.has(figure) ? note() : []))
}
