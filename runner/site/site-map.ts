import type { Page } from '../../shared/page.ts'
import type { SiteContext } from '../../shared/site.ts'

/** A site's pages as readers walk through them. */
export interface SiteMap {
  context: SiteContext
  groups: { group: string; pages: Page[] }[]
  /** Reading order, every page once. */
  pages: Page[]
}

/**
 * Puts the finished pages where the plan wants them. Planned pages that were not finished, groups left empty by that,
 * and pages the plan does not name are not part of the site.
 */
export function mapSite(finished: readonly Page[], context: SiteContext): SiteMap {
  const bySlug = new Map(finished.map((page) => [page.slug, page]))
  const groups = context.plan.navigation
    .map(({ group, pages }) => ({ group, pages: pages.flatMap(({ slug }) => bySlug.get(slug) ?? []) }))
    .filter(({ pages }) => pages.length > 0)
  return { context, groups, pages: [...new Set(groups.flatMap(({ pages }) => pages))] }
}

/**
 * A page's file. A slug that the site (`index`) or Windows (`con`) keeps for itself gets an underscore, which no slug
 * contains, so two pages never share a file.
 */
export const fileOf = (slug: string): string => `${slug}${RESERVED.test(slug) ? '_' : ''}.html`

const RESERVED = /^(?:index|con|prn|aux|nul|com\d|lpt\d)$/
