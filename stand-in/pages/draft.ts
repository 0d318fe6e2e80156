import { sectionsAbout, sectionsAnywhereAbout, type Topic } from '../clone/topics.ts'
import type { Project } from '../project.ts'
import { type Block, type Link, link } from '../writing/nodes.ts'
import { quoteSection } from '../writing/quote.ts'

/** A page that there is material for. */
export interface Draft {
  group: string
  slug: string
  title: string
  description: string
  /** The path of the document that the page shows, if any. */
  document?: string
  blocks: Block[]
}

/** A page in a list; nothing without blocks. */
export const draft = (page: Draft): Draft[] => (page.blocks.length > 0 ? [page] : [])

/** A link to a page of the site, or just the text if the plan has no such page. */
export const see = (slug: string, text: string): Link => link(`page:${slug}`, text)

/** README sections about a topic, for the page on that topic. A list of links has none: its headings are subjects of the list. */
export const readmeSections = ({ readme, isList }: Project, topic: Topic) =>
  !readme || (isList && topic !== 'licence' && topic !== 'contributing') ? [] : sectionsAbout(readme.root, topic)

/** The same, quoted, wherever they are in the README. */
export const fromReadme = ({ readme, isList }: Project, topic: Topic, lines = 160): Block[] =>
  !readme || (isList && topic !== 'contributing')
    ? []
    : sectionsAnywhereAbout(readme.root, topic).flatMap((section) => quoteSection(section, 2, lines))
