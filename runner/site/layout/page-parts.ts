import type { Element } from 'hast'
import { h } from 'hastscript'
import type { PageHeading } from '../prepare-page.ts'
import { fileOf, markdownFileOf, type SiteMap } from '../site-map.ts'
import { icon } from './icon.ts'

/** The page as markdown: to copy, with the script, and to open. */
export const pageActions = (slug: string, { texts }: SiteMap): Element =>
  h(
    'div',
    { className: ['page-actions'] },
    h('button', { className: ['copy-page'], type: 'button', disabled: true }, icon('copy'), texts.copyAsMarkdown),
    h('a', { href: `./${markdownFileOf(slug)}` }, texts.view),
  )

/** Start page › group › this page; undefined for a page that is in no group. */
export function breadcrumb(slug: string, title: string, { context, groups, texts }: SiteMap): Element | undefined {
  const index = groups.findIndex(({ pages }) => pages.some((page) => page.slug === slug))
  const group = groups[index]
  if (!group) return undefined
  return h(
    'nav',
    { className: ['breadcrumb'], ariaLabel: texts.breadcrumb },
    h(
      'ol',
      {},
      h('li', {}, h('a', { href: './index.html' }, context.plan.project_name)),
      h('li', {}, h('a', { href: `./index.html#group-${index + 1}` }, group.group)),
      h('li', {}, h('span', { ariaCurrent: 'page' }, title)),
    ),
  )
}

/** The page's headings. Folded on a phone; wide screens always show them. */
export function tableOfContents(headings: readonly PageHeading[], { texts }: SiteMap): Element | undefined {
  if (headings.length === 0) return undefined
  const items = headings.map(({ depth, id, text }) =>
    h('li', { className: [`depth-${depth}`] }, h('a', { href: `#${encodeURIComponent(id)}` }, text)),
  )
  return h(
    'nav',
    { className: ['toc'], ariaLabel: texts.onThisPage },
    h('details', {}, h('summary', {}, texts.onThisPage), h('ul', {}, items)),
  )
}

/** Links to the previous and the next page in reading order. */
export function pager(slug: string, { pages, texts }: SiteMap): Element | undefined {
  const at = pages.findIndex((page) => page.slug === slug)
  const link = (rel: 'prev' | 'next', label: string, page = pages[rel === 'prev' ? at - 1 : at + 1]) =>
    page && h('a', { rel: [rel], href: `./${fileOf(page.slug)}` }, h('span', {}, label), ' ', page.title)
  const links = [link('prev', texts.previous), link('next', texts.next)].filter((child) => child !== undefined)
  return links.length > 0 ? h('nav', { className: ['pager'], ariaLabel: texts.pager }, links) : undefined
}
