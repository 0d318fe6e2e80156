import { isUndocumented } from '../files/undocumented-files.ts'
import type { Changes } from './compare-trees.ts'
import type { Differences } from './differences.ts'

type Files = ReadonlyMap<string, string>

/** A change that may concern the plan. */
export interface RelevantChange {
  kind: 'added' | 'removed' | 'modified' | 'moved'
  path: string
  /** Where a moved file was. */
  from?: string
  /** Whether a page was made from it. */
  isSource: boolean
}

/** More files than this are not looked into. */
const MOST_COMPARED = 200

/**
 * The changes that may concern the plan: not those of files that no page is about, unless a page was made from them, and not those of
 * blank lines and trailing white space. Sources of pages come first.
 */
export async function relevantChanges(
  changes: Changes,
  { former, now, sources }: { former: Files; now: Files; sources: ReadonlySet<string> },
  differences: Differences,
): Promise<RelevantChange[]> {
  const matters = (path: string) => sources.has(path) || !isUndocumented(path)
  const modified = changes.modified.filter(matters)
  const isBlank = async (path: string) =>
    modified.length <= MOST_COMPARED &&
    (await differences(former.get(path) ?? '', now.get(path) ?? ''))?.isBlank === true
  const found: Omit<RelevantChange, 'isSource'>[] = []
  for (const path of modified) if (!(await isBlank(path))) found.push({ kind: 'modified', path })
  for (const path of changes.added.filter(matters)) found.push({ kind: 'added', path })
  for (const path of changes.removed.filter(matters)) found.push({ kind: 'removed', path })
  for (const [from, path] of changes.renamed)
    if (matters(from) || matters(path)) found.push({ kind: 'moved', path, from })
  return found
    .map((change) => ({ ...change, isSource: sources.has(change.from ?? change.path) }))
    .toSorted((one, other) => Number(other.isSource) - Number(one.isSource))
}

/** How many paths a prompt lists. */
const MOST_LISTED = 300

/** The changes for a prompt, one a line. */
export function listChanges(changes: readonly RelevantChange[]): string {
  const lines = changes
    .slice(0, MOST_LISTED)
    .map(({ kind, path, from }) => (from === undefined ? `${kind}: ${path}` : `${kind}: ${from} to ${path}`))
  const left = changes.length - lines.length
  return [...lines, ...(left > 0 ? [`… and ${left} more files`] : [])].join('\n')
}
