import type { Element } from 'hast'
import { HEADING_PREFIX, type PreparedPage } from './prepare-page.ts'
import { fileOf } from './site-map.ts'

/**
 * Resolves a link to `#heading`, `page.md` or `page.md#heading` in the finished site; undefined when there is no such page, or no
 * such heading on this page. A link to a missing heading of another page resolves to that page. Other spellings of a page resolve
 * too: `Page.md`, `./page.html`, `/page/`, `page?x=1`.
 */
export function internalUrl(
  link: Element,
  from: PreparedPage,
  pages: ReadonlyMap<string, PreparedPage>,
): string | undefined {
  const { href } = link.properties
  if (typeof href !== 'string') return undefined
  if (isFootnoteLink(link)) return from.ids.has(href.slice(1)) ? href : undefined
  const [address = '', ...fragments] = href.split('#')
  const anchor = (page: PreparedPage) => (fragments.length === 0 ? undefined : anchorOn(page, fragments.join('#')))
  if (address === '') return anchor(from)
  const page = pages.get(slugIn(address))
  return page && `./${fileOf(page.page.slug)}${anchor(page) ?? ''}`
}

/** The slug that an address could mean; of no page if it cannot mean one. */
function slugIn(address: string): string {
  const [path = ''] = address.split('?', 1)
  const name = decode(path)
    .replace(/^\/(?!\/)|^(?:\.{1,2}\/)+/, '')
    .replace(/\/$/, '')
  return name
    .replace(/_?\.(?:mdx?|markdown|html?)$/i, '')
    .replaceAll(/[\s_]/g, '-')
    .toLowerCase()
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
