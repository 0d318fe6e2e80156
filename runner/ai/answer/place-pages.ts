import { type Plan, type PlannedPage, pagesOf } from '../../../shared/plan.ts'

/** More links than these lead nowhere. */
const MOST_RELATED = 6

/**
 * Drops what a plan says about pages that it doesn't have: related pages, and the page above. A page below another that is itself below
 * one is put below the topmost: a site has two levels. A page follows the one above it, if both are in one group.
 */
export function placePages(plan: Plan): Plan {
  const pages = new Map(pagesOf(plan).map((page) => [page.slug, page]))
  return {
    ...plan,
    navigation: plan.navigation.map(({ group, pages: listed }) => ({
      group,
      pages: inOrder(listed.map((page) => placed(page, pages))),
    })),
  }
}

function placed({ related, parent: _, ...page }: PlannedPage, pages: ReadonlyMap<string, PlannedPage>): PlannedPage {
  const others = [...new Set(related)].filter((slug) => slug !== page.slug && pages.has(slug)).slice(0, MOST_RELATED)
  const top = topmost(page.slug, pages)
  return {
    ...page,
    ...(others.length > 0 ? { related: others } : {}),
    ...(top === page.slug ? {} : { parent: top }),
  }
}

function inOrder(pages: readonly PlannedPage[]): PlannedPage[] {
  const slugs = new Set(pages.map(({ slug }) => slug))
  const tops = pages.filter(({ parent }) => parent === undefined || !slugs.has(parent))
  return tops.flatMap((top) => [top, ...pages.filter(({ parent }) => parent === top.slug)])
}

/** The page itself if nothing is above it, or if it is above itself. */
function topmost(slug: string, pages: ReadonlyMap<string, PlannedPage>): string {
  const way = new Set([slug])
  let last = slug
  for (;;) {
    const parent = pages.get(last)?.parent
    if (parent === undefined || !pages.has(parent)) return last
    if (way.has(parent)) return slug
    way.add(parent)
    last = parent
  }
}
