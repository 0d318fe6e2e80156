import type { Root } from 'hast'
import { h } from 'hastscript'
import { layout } from './layout/layout.ts'
import type { SiteMap } from './site-map.ts'

/** Renders the page that a server shows for addresses that lead to none, such as a page of an earlier site. */
export const renderNotFound = (site: SiteMap): Root =>
  layout(
    {
      title: site.texts.notFound,
      description: '',
      slug: undefined,
      file: '404.html',
      kind: 'not-found',
      main: [
        h('p', { className: ['status'] }, '404'),
        h('h1', {}, site.texts.notFound),
        h('p', {}, site.texts.notFoundWhy),
        h(
          'p',
          { className: ['actions'] },
          h('a', { className: ['start'], href: './index.html' }, site.texts.goToStart),
        ),
      ],
    },
    site,
  )
