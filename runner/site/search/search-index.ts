/** Everything that the search of a site loads. Arrays instead of objects keep it small. */
export interface SearchIndex {
  pages: [title: string, file: string, group: string][]
  sections: [page: number, anchor: string, heading: string, text: string][]
  /** MiniSearch's own form. Its document ids are places in `sections`. */
  index: object
}
