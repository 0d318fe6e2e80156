import { setImmediate } from 'node:timers/promises'
import type { Page } from '../../../shared/page.ts'
import type { FormerPage, FormerSite } from './former-site.ts'
import { type LineDifference, lineDifference } from './line-difference.ts'

export interface SiteChanges {
  added: Page[]
  changed: { page: Page; difference: LineDifference }[]
  kept: Page[]
  gone: FormerPage[]
}

/**
 * Compares a site with the one that readers saw before, page by page. Pages count as kept if they say the same: another commit, or
 * other lines of the same sources, are no difference.
 *
 * @param pages - in reading order, with the markdown that is published
 */
export async function compareSites(
  former: FormerSite,
  commit: string,
  pages: readonly { page: Page; markdown: string }[],
): Promise<SiteChanges> {
  const before = new Map(former.pages.map((page) => [page.slug, page]))
  const changes: SiteChanges = { added: [], changed: [], kept: [], gone: [] }
  for (const { page, markdown } of pages) {
    await setImmediate()
    const earlier = before.get(page.slug)
    if (!earlier) changes.added.push(page)
    else {
      const lines = [comparable(earlier.markdown, former.commit), comparable(markdown, commit)] as const
      if (lines[0].join('\n') === lines[1].join('\n')) changes.kept.push(page)
      else changes.changed.push({ page, difference: lineDifference(...lines) })
    }
  }
  const slugs = new Set(pages.map(({ page }) => page.slug))
  changes.gone = former.pages.filter(({ slug }) => !slugs.has(slug))
  return changes
}

/** Lines without the addresses of sources, which name the commit, and without the numbers of their lines. */
const comparable = (markdown: string, commit: string): string[] =>
  markdown
    .trim()
    .split('\n')
    .map((line) =>
      line
        .replaceAll(TARGET, (target) => (target.includes(commit) ? ']' : target))
        .replaceAll(/#L\d+(?:-L\d+)?/g, '')
        .trimEnd(),
    )

/** The address of a link. It may have brackets, as long as they are not nested. */
const TARGET = /\]\((?:[^()\s]|\([^()\s]*\))*\)/g
