import type { ElementContent } from 'hast'
import { h } from 'hastscript'
import { formatSourceRange, type Page, type SourceRange } from '../../shared/page.ts'
import { isRepositoryPath } from './source-range.ts'

/** Says beside a source what the check against the repository could not confirm. */
export interface Unverified {
  /** The visible note on a range that was checked and not found as the page shows it; nothing on any other. */
  noteFor(range: SourceRange): ElementContent[]
}

/** The unverified ranges among one page's citations. */
export function unverifiedIn({ citations }: Page): Unverified {
  const failed = citations.filter(({ path, verified }) => !verified && isRepositoryPath(path))
  const ranges = new Set(failed.map(formatSourceRange))
  return { noteFor: (range) => (ranges.has(formatSourceRange(range)) ? note() : []) }
}

const note = (): ElementContent[] => [
  { type: 'text', value: ' ' },
  h('small', { className: ['unverified'] }, 'not verified'),
]
