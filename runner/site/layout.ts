import type { Element, Properties, Root } from 'hast'
import { type Child, h } from 'hastscript'
import { fileOf, type SiteMap } from './site-map.ts'
import { EXTERNAL_REL } from './source-link.ts'

/** What differs between documents. `title` and `slug` are undefined on the start page. */
export interface Document {
  title: string | undefined
  description: string
  slug: string | undefined
  main: Child[]
}

/**
 * Wraps content in the layout that all documents of a site share: head, header, navigation, footer. No scripts, no inline styles.
 */
export const layout = (document: Document, site: SiteMap): Root => ({
  type: 'root',
  children: [
    { type: 'doctype' },
    h(
      'html',
      { lang: 'en' },
      head(document, site),
      h(
        'body',
        {},
        h('a', { className: ['skip'], href: '#content' }, 'Skip to content'),
        header(document, site),
        h(
          'div',
          { className: ['layout'] },
          navigation(document, site),
          h(
            'main',
            { id: 'content', tabIndex: -1, className: [document.slug ? 'page' : 'start-page'] },
            ...document.main,
          ),
        ),
        footer(site),
      ),
    ),
  ],
})

function head({ title, description }: Document, { context: { plan } }: SiteMap): Element {
  const fallback = plan.tagline || `Documentation of ${plan.project_name}`
  const metas: Properties[] = [
    { charSet: 'utf-8' },
    { name: 'viewport', content: 'width=device-width, initial-scale=1' },
    { name: 'description', content: description || fallback },
    { name: 'robots', content: 'noindex' },
    { name: 'color-scheme', content: 'light dark' },
  ]
  return h(
    'head',
    {},
    metas.map((meta) => h('meta', meta)),
    h('title', {}, title === undefined ? plan.project_name : `${title} · ${plan.project_name}`),
    h('link', { rel: ['stylesheet'], href: 'assets/style.css' }),
    // Without an icon, browsers request /favicon.ico from the server's root.
    h('link', { rel: ['icon'], type: 'image/svg+xml', href: 'assets/icon.svg' }),
  )
}

const header = ({ slug }: Document, { context: { plan }, groups }: SiteMap): Element =>
  h(
    'header',
    { className: ['site-header'] },
    h('a', { className: ['home'], href: './index.html', ...current(slug === undefined) }, plan.project_name),
    groups.length > 0 ? h('button', { type: 'button', popoverTarget: 'pages' }, 'Pages') : undefined,
  )

// A popover opens on a phone without a script. Wide screens, print and old browsers show it in place.
const navigation = ({ slug: here }: Document, { groups }: SiteMap): Element | undefined =>
  groups.length === 0
    ? undefined
    : h(
        'nav',
        { id: 'pages', className: ['pages'], popover: '', ariaLabel: 'Pages' },
        groups.map(({ group, pages }) => [
          h('p', {}, group),
          h(
            'ul',
            {},
            pages.map(({ slug, title }) =>
              h('li', {}, h('a', { href: `./${fileOf(slug)}`, ...current(slug === here) }, title)),
            ),
          ),
        ]),
      )

const current = (is: boolean): Properties => (is ? { ariaCurrent: 'page' } : {})

function footer({ context: { browseUrl, commit, generatedAt, plan, ref, writtenBy } }: SiteMap): Element {
  const browsable = /^https?:/.test(URL.parse(browseUrl ?? '')?.protocol ?? '')
  const project = h('bdi', {}, plan.project_name)
  return h(
    'footer',
    { className: ['site-footer'] },
    h(
      'p',
      {},
      'Documentation of ',
      browsable ? h('a', { href: String(browseUrl), rel: EXTERNAL_REL }, project) : project,
      ref === '' ? undefined : [' at ', h('bdi', {}, ref)],
      ', commit ',
      h('code', { title: commit }, commit.slice(0, 7)),
      ', ',
      h('time', { dateTime: generatedAt }, readableTime(generatedAt)),
      '.',
    ),
    h('p', {}, 'Written by ', h('bdi', {}, writtenBy), '.'),
  )
}

/** `24 November 2026, 09:53 UTC` */
function readableTime(instant: string): string {
  const date = new Date(instant)
  const day = date.toLocaleDateString('en-GB', { dateStyle: 'long', timeZone: 'UTC' })
  return `${day}, ${date.toLocaleTimeString('en-GB', { timeStyle: 'short', timeZone: 'UTC' })} UTC`
}
