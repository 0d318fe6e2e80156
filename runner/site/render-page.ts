import type { ElementContent, Root } from 'hast'
import { type Child, h } from 'hastscript'
import type { Diagram } from './diagrams/draw-diagram.ts'
import { placeDiagrams } from './diagrams/place-diagrams.ts'
import { highlightCode } from './highlight.ts'
import { layout } from './layout/layout.ts'
import { breadcrumb, pageActions, pager, tableOfContents } from './layout/page-parts.ts'
import { addPermalinks } from './permalinks.ts'
import type { PreparedPage } from './prepare-page.ts'
import { fileOf, type SiteMap } from './site-map.ts'
import { sourcesOf } from './sources.ts'

/** Renders the HTML document of a page from its sanitised content, which becomes part of the document. */
export function renderPage(
  { page, headings, lead }: PreparedPage,
  content: Root,
  { site, diagrams }: { site: SiteMap; diagrams: ReadonlyMap<string, Diagram> | undefined },
): Root {
  const { slug, title } = page
  // What follows adds only elements of our own to what was sanitised.
  addPermalinks(content, site.texts)
  if (diagrams) placeDiagrams(content, diagrams, site.texts)
  highlightCode(content)
  const [heading, ...rest] = content.children as ElementContent[]
  const main: Child[] = [
    h('div', { className: ['page-top'] }, breadcrumb(slug, title, site), pageActions(slug, site)),
    heading,
    tableOfContents(headings, site),
    h('div', { className: ['content'] }, rest),
    sourcesOf(page, site),
    pager(slug, site),
  ]
  return layout({ title, description: lead, slug, file: fileOf(slug), kind: 'page', main }, site)
}
