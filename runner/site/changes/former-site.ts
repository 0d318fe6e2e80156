/** What readers saw before, as far as it can be compared. */
export interface FormerSite {
  commit: string
  /** UTC ISO 8601. */
  publishedAt: string
  /** In reading order. */
  pages: FormerPage[]
}

export interface FormerPage {
  slug: string
  title: string
  /** As it was published: without what its HTML did not show. */
  markdown: string
}
