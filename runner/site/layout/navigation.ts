import type { Element, Properties } from 'hast'
import { h } from 'hastscript'
import type { Page } from '../../../shared/page.ts'
import { pagesOf } from '../../../shared/plan.ts'
import { fileOf, type SiteMap } from '../site-map.ts'
import type { Document } from './document.ts'
import { icon } from './icon.ts'

/** Sites with more pages than this start with only the current group unfolded. */
const FEW_PAGES = 40

/**
 * Every page by group, and pages that belong below another in a list below it. On a phone it is a popover, which opens without a
 * script; wide screens and old browsers show it in place.
 */
export function navigation(
  { slug: here }: Document,
  { groups, pages: all, texts, context }: SiteMap,
): Element | undefined {
  if (groups.length === 0) return undefined
  const isOpen = (pages: readonly { slug: string }[]) =>
    all.length <= FEW_PAGES || here === undefined || pages.some(({ slug }) => slug === here)
  const parents = new Map(pagesOf(context.plan).map(({ slug, parent }) => [slug, parent]))
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
      h('details', { open: isOpen(pages) }, h('summary', {}, icon('fold'), group), list(pages, parents, here)),
    ),
  )
}

type Parents = ReadonlyMap<string, string | undefined>

function list(pages: readonly Page[], parents: Parents, here: string | undefined): Element {
  const isListed = (slug: string | undefined) => pages.some((page) => page.slug === slug)
  const isTop = (slug: string) => !isListed(parents.get(slug))
  const above = ({ slug }: Page) => [parents.get(slug)].find((parent) => isListed(parent) && isTop(parent ?? ''))
  const item = (page: Page): Element => {
    const below = pages.filter((other) => above(other) === page.slug)
    return h(
      'li',
      {},
      h('a', { href: `./${fileOf(page.slug)}`, ...currentPage(page.slug === here) }, page.title),
      below.length > 0 ? h('ul', {}, below.map(item)) : undefined,
    )
  }
  return h('ul', {}, pages.filter((page) => above(page) === undefined).map(item))
}

export const currentPage = (is: boolean): Properties => (is ? { ariaCurrent: 'page' } : {})
