import MiniSearch from 'minisearch'
import { INDEX_OPTIONS } from '../../search/index-options.ts'
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
    const all = engine.search(query)
    const found = (all.length > 0 ? all : engine.search(query, { combineWith: 'OR' })).slice(0, MOST_RESULTS)
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
