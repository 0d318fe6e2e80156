import type { Element, Properties } from 'hast'
import { h } from 'hastscript'
import { fileOf, type SiteMap } from '../site-map.ts'
import type { Document } from './document.ts'
import { icon } from './icon.ts'

/** Sites with more pages than this start with only the current group unfolded. */
const FEW_PAGES = 40

/**
 * Every page by group. On a phone it is a popover, which opens without a script; wide screens and old browsers show it in
 * place.
 */
export function navigation({ slug: here }: Document, { groups, pages: all, texts }: SiteMap): Element | undefined {
  if (groups.length === 0) return undefined
  const isOpen = (pages: readonly { slug: string }[]) =>
    all.length <= FEW_PAGES || here === undefined || pages.some(({ slug }) => slug === here)
  return h(
    'nav',
    { id: 'pages', className: ['pages'], popover: '', ariaLabel: texts.pages },
    h(
      'button',
      {
        className: ['close'],
        type: 'button',
        popoverTarget: 'pages',
        popoverTargetAction: 'hide',
        ariaLabel: texts.close,
      },
      icon('close'),
    ),
    groups.map(({ group, pages }) =>
      h(
        'details',
        { open: isOpen(pages) },
        h('summary', {}, icon('fold'), group),
        h(
          'ul',
          {},
          pages.map(({ slug, title }) =>
            h('li', {}, h('a', { href: `./${fileOf(slug)}`, ...currentPage(slug === here) }, title)),
          ),
        ),
      ),
    ),
  )
}

export const currentPage = (is: boolean): Properties => (is ? { ariaCurrent: 'page' } : {})
