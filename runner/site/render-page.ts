import type { Element, ElementContent, Root } from 'hast'
import { type Child, h } from 'hastscript'
import { layout } from './layout.ts'
import type { PreparedPage } from './prepare-page.ts'
import { sanitise } from './sanitise.ts'
import { fileOf, type SiteMap } from './site-map.ts'
import { sourcesOf } from './sources.ts'

/** Renders the HTML document of a page whose links are resolved. */
export function renderPage({ page, tree, headings }: PreparedPage, site: SiteMap): Root {
  const [title, ...content] = sanitise(tree).children as ElementContent[]
  const main: Child[] = [
    title,
    tableOfContents(headings),
    h('div', { className: ['content'] }, content),
    sourcesOf(page, site.context),
    pager(page.slug, site),
  ]
  return layout({ title: page.title, description: page.description, slug: page.slug, main }, site)
}

function tableOfContents(headings: PreparedPage['headings']): Element | undefined {
  if (headings.length === 0) return undefined
  const items = headings.map(({ depth, id, text }) =>
    h('li', { className: [`depth-${depth}`] }, h('a', { href: `#${encodeURIComponent(id)}` }, text)),
  )
  return h('nav', { className: ['toc'], ariaLabel: 'On this page' }, h('p', {}, 'On this page'), h('ul', {}, items))
}

function pager(slug: string, { pages }: SiteMap): Element | undefined {
  const at = pages.findIndex((page) => page.slug === slug)
  const link = (rel: 'prev' | 'next', label: string, page = pages[rel === 'prev' ? at - 1 : at + 1]) =>
    page && h('a', { rel: [rel], href: `./${fileOf(page.slug)}` }, h('span', {}, label), ' ', page.title)
  const links = [link('prev', 'Previous'), link('next', 'Next')].filter((child) => child !== undefined)
  return links.length > 0 ? h('nav', { className: ['pager'], ariaLabel: 'Previous and next page' }, links) : undefined
}
