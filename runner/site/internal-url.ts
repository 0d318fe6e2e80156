import type { Element } from 'hast'
import { HEADING_PREFIX, type PreparedPage } from './prepare-page.ts'
import { fileOf } from './site-map.ts'

/**
 * Resolves a link to `#heading`, `page.md` or `page.md#heading` in the finished site; undefined when there is no such page, or no
 * such heading on this page. A link to a missing heading of another page resolves to that page.
 */
export function internalUrl(
  link: Element,
  from: PreparedPage,
  pages: ReadonlyMap<string, PreparedPage>,
): string | undefined {
  const href = String(link.properties.href)
  if (isFootnoteLink(link)) return from.ids.has(href.slice(1)) ? href : undefined
  const [, slug, fragment] = /^(?:(?:\.\/)?([a-z0-9-]+)\.md)?(?:#(.*))?$/s.exec(href) ?? []
  const anchor = (page: PreparedPage) => (fragment === undefined ? undefined : anchorOn(page, fragment))
  if (slug === undefined) return anchor(from)
  const page = pages.get(slug)
  return page && `./${fileOf(slug)}${anchor(page) ?? ''}`
}

const isFootnoteLink = ({ properties }: Element): boolean =>
  'dataFootnoteRef' in properties || 'dataFootnoteBackref' in properties

function anchorOn({ ids }: PreparedPage, fragment: string): string | undefined {
  const id = HEADING_PREFIX + decode(fragment).toLowerCase()
  return ids.has(id) ? `#${encodeURIComponent(id)}` : undefined
}

function decode(fragment: string): string {
  try {
    return decodeURIComponent(fragment)
  } catch {
    return fragment
  }
}
