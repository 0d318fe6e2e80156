import { isUndocumented } from '../files/undocumented-files.ts'
import { isTest } from './tests.ts'

/** Up to so many files that a page can be about, so many pages suit a site. */
const SIZES: [files: number, least: number, most: number][] = [
  [15, 4, 8],
  [60, 6, 14],
  [250, 10, 24],
  [1_000, 16, 40],
  [Number.POSITIVE_INFINITY, 24, 60],
]

/** How many pages suit a repository with these files. */
export function pageCountFor(paths: Iterable<string>): { least: number; most: number } {
  const files = [...paths].filter((path) => !isTest(path) && !isUndocumented(path)).length
  const [, least = 0, most = 0] = SIZES.find(([upTo]) => files <= upTo) ?? []
  return { least, most }
}
