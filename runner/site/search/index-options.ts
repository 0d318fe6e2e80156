import type { Options } from 'minisearch'
import { queryTermsOf, termsOf } from './terms.ts'

/** A section of a page, as the search finds it. */
export interface Section {
  id: number
  title: string
  heading: string
  text: string
}

/** What the index is made and read with. Words of titles count four times, and a query forgives a mistake in five letters. */
export const INDEX_OPTIONS: Options<Section> = {
  fields: ['title', 'heading', 'text'],
  tokenize: (text) => termsOf(text).map(({ term }) => term),
  processTerm: (term) => term,
  searchOptions: {
    boost: { title: 4, heading: 2 },
    combineWith: 'AND',
    prefix: true,
    fuzzy: (term) => (term.length > 3 ? 0.2 : false),
    tokenize: queryTermsOf,
    processTerm: (term) => term,
  },
}
