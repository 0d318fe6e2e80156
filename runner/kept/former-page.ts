import { entryDigest } from '../../shared/object-keys.ts'
import type { StoredPage } from '../../shared/page.ts'
import type { PlannedPage } from '../../shared/plan.ts'
import type { FormerPage } from '../ai/answer/prompts.ts'
import type { Differences } from './differences.ts'
import { shownDifferences } from './shown-differences.ts'
import type { StoredWork } from './stored-work.ts'
import { idIn, type Tree } from './tree.ts'

/** Characters. What is longer would crowd out the code. */
const LONGEST_FORMER = 60_000

/**
 * What was written before for a page that must be written again, and how its sources have changed since. Of several versions, the one
 * that is closest to what the page is made from now.
 */
export async function findFormer(
  planned: PlannedPage,
  { work, tree, differences }: { work: StoredWork; tree: Tree; differences: Differences },
): Promise<FormerPage | undefined> {
  const versions = await work.versionsOf(planned.slug)
  const closest = versions.toSorted((one, other) => changesOf(one, planned, tree) - changesOf(other, planned, tree))[0]
  if (!closest || closest.markdown.length > LONGEST_FORMER) return undefined
  const changed = closest.sources.flatMap(({ path, id }) => {
    const now = idIn(tree, path)
    return now === id ? [] : [{ path, before: id, after: now }]
  })
  return { markdown: closest.markdown, differences: await shownDifferences(changed, differences) }
}

/** How much has changed since a version of a page: first its entry in the plan, then its sources. */
const changesOf = (page: StoredPage, planned: PlannedPage, tree: Tree): number =>
  (entryDigest(page) === entryDigest(planned) ? 0 : page.sources.length + 1) +
  page.sources.filter(({ path, id }) => idIn(tree, path) !== id).length
