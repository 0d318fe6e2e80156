import { toString as textOf } from 'mdast-util-to-string'
import { visit } from 'unist-util-visit'
import { anchors } from '../clone/sections.ts'
import type { Block } from './nodes.ts'
import { sourceUrl } from './sources.ts'

/** A page whose links to documents and to other pages are still open. */
export interface OpenPage {
  slug: string
  /** The document that it shows, if any. */
  document?: string | undefined
  blocks: Block[]
}

/**
 * Resolves the open links of all pages: `doc:` URLs become links to the heading or page that shows the document, or to its source;
 * `page:` URLs become links to pages of `slugs`, or just their text.
 */
export function resolveOpenLinks(
  pages: OpenPage[],
  slugs: ReadonlySet<string>,
  lineCount: (path: string) => number,
): void {
  const places = new Map<string, string>()
  for (const { slug, document, blocks } of pages) {
    if (document) places.set(`doc:${encodeURIComponent(document)}`, slug)
    const anchorOf = anchors()
    for (const block of blocks) {
      if (block.type !== 'heading') continue
      const [anchor, origin] = [anchorOf(textOf(block)), (block.data as { origin?: string } | undefined)?.origin]
      if (origin && !places.has(origin)) places.set(origin, `${slug}#${anchor}`)
    }
  }
  for (const { slug, blocks } of pages) {
    const root = { type: 'root' as const, children: blocks }
    visit(root, 'link', (node, index, parent) => {
      const url = resolved(node.url, slug)
      if (url === undefined && parent && index !== undefined)
        parent.children.splice(index, 1, ...(node.children as never[]))
      else if (url !== undefined) node.url = url
    })
  }

  function resolved(url: string, from: string): string | undefined {
    if (url.startsWith('page:')) return slugs.has(url.slice(5)) ? `${url.slice(5)}.md` : undefined
    if (!url.startsWith('doc:')) return url
    const [address = ''] = url.split('#', 1)
    const [slug = '', anchor] = (places.get(url) ?? places.get(address) ?? '').split('#', 2)
    if (slug === from && anchor) return `#${encodeURIComponent(anchor)}`
    if (slugs.has(slug)) return `${slug}.md${anchor ? `#${encodeURIComponent(anchor)}` : ''}`
    const path = decodeURIComponent(address.slice(4))
    return lineCount(path) > 0 ? sourceUrl(path, 1, lineCount(path)) : undefined
  }
}
