import type { StoredPage } from '../../shared/page.ts'
import { filesAt } from './site-truth.ts'

/**
 * The fewest calls that can keep a site true: one for each page that cites a file whose content has changed, and one for the plan if any
 * file has. A file that was renamed as it is has not changed.
 */
export async function leastCalls(
  repository: string,
  before: { pages: ReadonlyMap<string, Pick<StoredPage, 'citations'>>; commit: string },
  commit: string,
): Promise<number> {
  const [former, now] = await Promise.all([before.commit, commit].map(async (each) => await filesAt(repository, each)))
  const left = new Set(now?.values())
  const isChanged = (path: string): boolean => {
    const id = former?.get(path)
    return id !== undefined && now?.get(path) !== id && !left.has(id)
  }
  const pages = [...before.pages.values()].filter(({ citations }) => citations.some(({ path }) => isChanged(path)))
  const differs = [...(former ?? [])].some(([path, id]) => now?.get(path) !== id) || former?.size !== now?.size
  return pages.length + (differs ? 1 : 0)
}
