import type { Child } from 'hastscript'

/** What differs between documents. */
export interface Document {
  /** Undefined on the start page. */
  title: string | undefined
  /** For readers: search engines and link previews show it. */
  description: string
  /** Undefined on documents that are not pages. */
  slug: string | undefined
  /** The file's name in the site. */
  file: string
  kind: 'page' | 'landing' | 'changes' | 'not-found'
  main: Child[]
}
