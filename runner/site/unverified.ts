import type { ElementContent } from 'hast'
import { h } from 'hastscript'
import { formatSourceRange, type Page, type SourceRange } from '../../shared/page.ts'
import { isRepositoryPath } from './source-range.ts'

/** Marks sources that the check against the repository could not confirm. */
export interface Unverified {
  /** The visible note for a range that isn't in the repository as the page shows it; empty for any other range. */
  noteFor(range: SourceRange): ElementContent[]
}

/** Finds the unverified ranges among a page's citations. */
export function unverifiedIn({ citations }: Page): Unverified {
  const failed = citations.filter(({ path, verified }) => !verified && isRepositoryPath(path))
  const ranges = new Set(failed.map(formatSourceRange))
  return { noteFor: (range) => (ranges.has(formatSourceRange(range)) ? note() : []) }
}

const note = (): ElementContent[] => [
  { type: 'text', value: ' ' },
  h('small', { className: ['unverified'] }, 'not verified'),
]
