/** A tiny repository, and what the pages about it say. */
export interface LanguageProject {
  what: string
  files: Record<string, string>
  /** Texts by the slug of the page that has them. */
  says: Record<string, string[]>
  /** Texts that no page has. */
  lacks?: string[]
}
