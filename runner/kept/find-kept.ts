import { entryDigest } from '../../shared/object-keys.ts'
import type { Citation, PageSource, SourceRange, StoredPage } from '../../shared/page.ts'
import { type PlannedPage, pagesOf } from '../../shared/plan.ts'
import type { StoredPlan } from '../stages/obtain-plan.ts'
import type { Difference, Differences } from './differences.ts'
import { moveCitations } from './move-citations.ts'
import { sourcesOf } from './page-sources.ts'
import type { StoredWork } from './stored-work.ts'
import { idIn, type Tree } from './tree.ts'

interface Now {
  work: StoredWork
  tree: Tree
  differences: Differences
  /** Checks a page's citations against the files as they are now. */
  verify(markdown: string): Promise<Citation[]>
}

/**
 * Finds the pages of the plan that need not be written, by slug: those that were made from the same entry, and whose sources are still
 * the same. Where a source was renamed, or has moved lines that its page still describes, the page's citations are moved too. Such a
 * page is stored once more, as what it is made from now.
 */
export async function findKept(stored: StoredPlan, now: Now): Promise<Map<string, StoredPage>> {
  const kept = new Map<string, StoredPage>()
  for (const planned of pagesOf(stored.plan)) {
    const page = await keptVersion(planned, stored, now)
    if (page) kept.set(planned.slug, page)
  }
  return kept
}

async function keptVersion(planned: PlannedPage, stored: StoredPlan, now: Now): Promise<StoredPage | undefined> {
  const { work, tree } = now
  const found = await work.versionsOf(planned.slug, { entry: entryDigest(planned), ownOnly: stored.ownOnly })
  // A version that the model has been asked to mend comes before the one that it had to mend.
  const versions = found.toSorted((one, other) => Number(Boolean(one.toMend)) - Number(Boolean(other.toMend)))
  const valid = versions.filter((page) => page.tree === tree.id || !stored.rewrite.has(planned.slug))
  const same = valid.find(
    ({ sources, files }) => sources.every(({ path, id }) => idIn(tree, path) === id) && isSame(files, planned.files),
  )
  // What was taken from the published site is stored again, since that goes when it is replaced.
  if (same) await work.putPage(planned, same)
  if (same) return same
  for (const page of valid.filter(({ toMend }) => !toMend)) {
    const moved = await movedPage(page, planned, stored, now)
    if (moved) await work.putPage(planned, moved)
    if (moved) return moved
  }
  return undefined
}

const isSame = (one: readonly string[] = [], other: readonly string[] = []): boolean =>
  new Set([...one, ...other]).size === one.length && one.length === other.length

async function movedPage(
  page: StoredPage,
  planned: PlannedPage,
  stored: StoredPlan,
  { tree, differences, verify }: Now,
): Promise<StoredPage | undefined> {
  const newPath = (path: string) => (idIn(tree, path) === '' ? (stored.changes?.renamed.get(path) ?? path) : path)
  if (!isSame(page.files?.map(newPath), planned.files)) return undefined
  const changed = new Map<string, Difference>()
  for (const source of page.sources) {
    const id = idIn(tree, newPath(source.path))
    if (id === source.id) continue
    const difference = await differences(source.id, id)
    if (!difference || !(difference.isBlank || isStillRight(planned.slug, source, stored))) return undefined
    changed.set(source.path, difference)
  }
  const move = (range: SourceRange): SourceRange | undefined => {
    const path = newPath(range.path)
    const { startLine, endLine } = range
    if (startLine === undefined || endLine === undefined) return { path }
    const difference = changed.get(range.path)
    if (!difference) return { ...range, path }
    const lines = difference.move({ startLine, endLine })
    return lines && { path, ...lines }
  }
  const markdown = moveCitations(page.markdown, move)
  if (markdown === undefined) return undefined
  const citations = await verify(markdown)
  if (page.citations.some(({ verified }, index) => verified && !citations[index]?.verified)) return undefined
  const moved = { ...page, ...planned, markdown, citations }
  return { ...moved, sources: sourcesOf(moved, tree) }
}

/** Whether the model has seen how this source has changed, and has found the page to be still right. */
const isStillRight = (slug: string, { path, id }: PageSource, { stillRight, former }: StoredPlan): boolean =>
  stillRight.has(slug) && former?.get(path) === id
