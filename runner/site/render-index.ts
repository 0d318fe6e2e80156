import type { Element, Root } from 'hast'
import { h } from 'hastscript'
import type { Page } from '../../shared/page.ts'
import { layout } from './layout.ts'
import { fileOf, type SiteMap } from './site-map.ts'

/** Renders the start page: what the project is, where to start reading, and every page by group. */
export function renderIndex(site: SiteMap): Root {
  const { project_name: title, tagline } = site.context.plan
  const first = site.pages[0]
  const main = [
    h('h1', {}, title),
    tagline === '' ? undefined : h('p', { className: ['tagline'] }, tagline),
    first ? startLink(first) : h('p', {}, 'This documentation has no finished pages.'),
    site.groups.map(({ group, pages }) =>
      h('section', { className: ['group'] }, h('h2', {}, group), h('ul', { className: ['cards'] }, pages.map(card))),
    ),
  ]
  return layout({ title: undefined, description: tagline, slug: undefined, main }, site)
}

const startLink = ({ slug, title }: Page): Element =>
  h('p', {}, h('a', { className: ['start'], href: `./${fileOf(slug)}` }, `Start with ${title}`))

const card = ({ slug, title, description }: Page): Element =>
  h('li', {}, h('a', { href: `./${fileOf(slug)}` }, title), description === '' ? undefined : h('p', {}, description))
