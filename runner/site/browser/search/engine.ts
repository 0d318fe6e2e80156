import MiniSearch, { type SearchOptions, type SearchResult } from 'minisearch'
import { INDEX_OPTIONS, type Section } from '../../search/index-options.ts'
import type { SearchIndex } from '../../search/search-index.ts'
import { excerptOf, type Piece } from './excerpt.ts'

const MOST_RESULTS = 16

export interface Hit {
  href: string
  /** Empty for what is before a page's first heading. */
  heading: Piece[]
  excerpt: Piece[]
}

export interface PageHits {
  title: string
  group: string
  hits: Hit[]
}

/** Searches the sections of a site. Answers with the best ones, by page. */
export type Engine = (query: string) => PageHits[]

export function openEngine({ pages, sections, index }: SearchIndex): Engine {
  const engine = MiniSearch.loadJS(index as Parameters<typeof MiniSearch.loadJS>[0], INDEX_OPTIONS)
  return (query) => {
    const found = searchLeniently(engine, query).slice(0, MOST_RESULTS)
    const byPage = Map.groupBy(found, ({ id }) => sections[id]?.[0] ?? 0)
    return [...byPage].map(([page, results]) => {
      const [title = '', file = '', group = ''] = pages[page] ?? []
      const hits = results.map(({ id, match }) => {
        const [, anchor = '', heading = '', text = ''] = sections[id] ?? []
        const terms = new Set(Object.keys(match))
        const href = `./${file}${anchor === '' ? '' : `#${encodeURIComponent(anchor)}`}`
        return { href, heading: excerptOf(heading, terms), excerpt: excerptOf(text, terms) }
      })
      return { title, group, hits }
    })
  }
}

/** What was asked for as it is spelt; only if nothing is, what is spelt alike, and at last any of the words. */
function searchLeniently(engine: MiniSearch<Section>, query: string): SearchResult[] {
  const attempts: SearchOptions[] = [{ fuzzy: false }, {}, { fuzzy: false, combineWith: 'OR' }, { combineWith: 'OR' }]
  for (const options of attempts) {
    const found = engine.search(query, options)
    if (found.length > 0) return found
  }
  return []
}
