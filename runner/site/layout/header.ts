import type { Element } from 'hast'
import { h } from 'hastscript'
import type { SiteImage } from '../images/take-images.ts'
import type { SiteMap } from '../site-map.ts'
import { EXTERNAL_REL, repositoryUrl } from '../source-link.ts'
import type { Texts } from '../texts/en.ts'
import type { Document } from './document.ts'
import { icon } from './icon.ts'
import { currentPage } from './navigation.ts'

/** The bar on top. Its buttons are disabled until the script has wired them; the menu needs no script. */
export const header = ({ kind }: Document, { context, groups, logo, pages, texts }: SiteMap): Element =>
  h(
    'header',
    { className: ['site-header'] },
    groups.length > 0
      ? h(
          'button',
          { className: ['menu'], type: 'button', popoverTarget: 'pages', ariaLabel: texts.menu },
          icon('menu'),
        )
      : undefined,
    h(
      'a',
      { className: ['home'], href: './index.html', ...currentPage(kind === 'landing') },
      logo ? picture(logo) : icon('book'),
      h('bdi', {}, context.plan.project_name),
    ),
    pages.length > 0 ? searchButton(texts) : undefined,
    h('div', { className: ['tools'] }, repositoryLink(repositoryUrl(context.browseUrl), texts), themeButton(texts)),
  )

/** The name beside it says what it shows. */
const picture = ({ path, width, height }: SiteImage): Element =>
  h('img', { className: ['logo'], src: path, alt: '', width, height })

const searchButton = (texts: Texts): Element =>
  h(
    'button',
    { className: ['search-button'], type: 'button', disabled: true, ariaKeyShortcuts: '/ Control+K Meta+K' },
    icon('search'),
    h('span', { className: ['label'] }, texts.search),
    h('kbd', { ariaHidden: 'true' }, '/'),
  )

const themeButton = (texts: Texts): Element =>
  h('button', { className: ['theme-button'], type: 'button', disabled: true, ariaLabel: texts.theme }, icon('theme'))

const repositoryLink = (href: string | undefined, texts: Texts): Element | undefined =>
  href === undefined
    ? undefined
    : h('a', { className: ['repository'], href, rel: EXTERNAL_REL }, icon('code'), h('span', {}, texts.repository))
