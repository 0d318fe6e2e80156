import type { Element } from 'hast'
import { h } from 'hastscript'
import type { Citation, Page } from '../../shared/page.ts'
import type { SiteContext } from '../../shared/site.ts'
import { sourceLink } from './source-link.ts'
import { isRepositoryPath, linesText } from './source-range.ts'
import { unverifiedIn } from './unverified.ts'

/** The collapsible "Sources of this page": every cited file with its cited lines; undefined for a page without citations. */
export function sourcesOf(page: Page, context: SiteContext): Element | undefined {
  const unverified = unverifiedIn(page)
  const lines = (citation: Citation, index: number) => [
    index > 0 ? ', ' : ' ',
    sourceLink(citation, context, linesText(citation)),
    unverified.noteFor(citation),
  ]
  const files = Map.groupBy(
    page.citations.filter(({ path }) => isRepositoryPath(path)),
    ({ path }) => path,
  )
  if (files.size === 0) return undefined
  return h(
    'section',
    { className: ['sources'], ariaLabelledBy: ['sources-title'] },
    h(
      'details',
      {},
      h('summary', {}, h('h2', { id: 'sources-title' }, 'Sources of this page'), ` ${filesText(files.size)}`),
      h(
        'ul',
        {},
        [...files].map(([path, citations]) => h('li', {}, h('code', {}, path), citations.flatMap(lines))),
      ),
    ),
  )
}

const filesText = (count: number): string => (count === 1 ? '1 file' : `${count} files`)
