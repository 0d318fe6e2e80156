import type { Element } from 'hast'
import { h } from 'hastscript'
import { type Citation, formatSourceRange, type Page } from '../../shared/page.ts'
import { note } from './mark-unconfirmed.ts'
import type { SiteMap } from './site-map.ts'
import { sourceLink } from './source-link.ts'
import { isRepositoryPath, linesText } from './source-range.ts'
import { counted } from './texts/fill.ts'

/** The collapsible "Sources of this page": every cited file with its cited lines; undefined for a page without citations. */
export function sourcesOf(page: Page, { context, texts }: SiteMap): Element | undefined {
  const lines = (citation: Citation, index: number) => [
    index > 0 ? ', ' : ' ',
    sourceLink(citation, { ...context, texts }, linesText(citation, texts)),
    citation.verified ? [] : note(texts.notVerified),
  ]
  const files = Map.groupBy(eachRangeOnce(page.citations), ({ path }) => path)
  if (files.size === 0) return undefined
  return h(
    'section',
    { className: ['sources'], ariaLabelledBy: ['sources-title'] },
    h(
      'details',
      {},
      h(
        'summary',
        {},
        h('h2', { id: 'sources-title' }, texts.sourcesOfPage),
        ` ${counted(texts.sourceFiles, files.size)}`,
      ),
      h(
        'ul',
        {},
        [...files].map(([path, citations]) => h('li', {}, h('code', {}, path), citations.flatMap(lines))),
      ),
    ),
  )
}

/** A range is verified if anything that cites it is: another citation of it only shows something else. */
function eachRangeOnce(citations: readonly Citation[]): Citation[] {
  const ranges = Map.groupBy(
    citations.filter(({ path }) => isRepositoryPath(path)),
    formatSourceRange,
  )
  return [...ranges.values()].flatMap((same) => same.find(({ verified }) => verified) ?? same[0] ?? [])
}
