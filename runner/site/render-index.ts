import type { Element, Root } from 'hast'
import { h } from 'hastscript'
import type { Page } from '../../shared/page.ts'
import { installLine } from './install-line.ts'
import { icon } from './layout/icon.ts'
import { layout } from './layout/layout.ts'
import type { PreparedPage } from './prepare-page.ts'
import { CHANGES_FILE, fileOf, type SiteMap } from './site-map.ts'
import { EXTERNAL_REL, repositoryUrl } from './source-link.ts'
import { fill } from './texts/fill.ts'

const FIRST_STEPS = 3

/** Renders the start page: what the project is, how to get it, where to start reading, and every page by group. */
export function renderIndex(site: SiteMap, prepared: ReadonlyMap<string, PreparedPage>): Root {
  const { project_name: title, tagline } = site.context.plan
  const leadOf = ({ slug }: Page) => prepared.get(slug)?.lead ?? ''
  const summary = summaryOf(site, leadOf)
  const main = [
    h(
      'section',
      { className: ['hero'] },
      h('h1', {}, title),
      tagline === '' ? undefined : h('p', { className: ['tagline'] }, tagline),
      summary === '' ? undefined : h('p', { className: ['summary'] }, summary),
      actions(site),
      install(installLine(site.pages)),
    ),
    firstSteps(site),
    site.groups.length > 0 ? h('h2', { className: ['inside'] }, site.texts.whatIsInside) : undefined,
    site.groups.map(({ group, pages }, index) =>
      h(
        'section',
        { className: ['group'], id: `group-${index + 1}` },
        h('h3', {}, group),
        h(
          'ul',
          { className: ['cards'] },
          pages.map((page) => card(page, leadOf(page))),
        ),
      ),
    ),
    site.hasChanges
      ? h('p', { className: ['changes-link'] }, h('a', { href: `./${CHANGES_FILE}` }, site.texts.whatChanged))
      : undefined,
  ]
  return layout(
    { title: undefined, description: tagline, slug: undefined, file: 'index.html', kind: 'landing', main },
    site,
  )
}

/** What the first page says, unless the tagline has said it. */
function summaryOf({ pages, context }: SiteMap, leadOf: (page: Page) => string): string {
  const summary = pages[0] ? leadOf(pages[0]) : ''
  const { tagline } = context.plan
  const same = (text: string) => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')
  return tagline !== '' && same(summary).startsWith(same(tagline)) ? '' : summary
}

function actions({ pages, context, texts }: SiteMap): Element {
  const [first] = pages
  const href = repositoryUrl(context.browseUrl)
  if (!first) return h('p', {}, texts.noFinishedPages)
  return h(
    'p',
    { className: ['actions'] },
    h('a', { className: ['start'], href: `./${fileOf(first.slug)}` }, fill(texts.startWith, { page: first.title })),
    href ? h('a', { className: ['browse'], href, rel: EXTERNAL_REL }, icon('code'), texts.browseCode) : undefined,
  )
}

const install = (line: string | undefined): Element | undefined =>
  line === undefined
    ? undefined
    : h('div', { className: ['code', 'install'] }, h('pre', { tabIndex: 0 }, h('code', {}, line)))

function firstSteps({ pages, texts }: SiteMap): Element | undefined {
  const steps = pages.slice(0, FIRST_STEPS)
  if (steps.length < 2) return undefined
  return h(
    'section',
    { className: ['first-steps'] },
    h('h2', {}, texts.firstSteps),
    h(
      'ol',
      { className: ['steps'] },
      steps.map(({ slug, title }) => h('li', {}, h('a', { href: `./${fileOf(slug)}` }, title))),
    ),
  )
}

const card = ({ slug, title }: Page, lead: string): Element =>
  h('li', {}, h('a', { href: `./${fileOf(slug)}` }, title), lead === '' ? undefined : h('p', {}, lead))
