import type { Section } from '../clone/sections.ts'
import { sectionsAbout, topicOf } from '../clone/topics.ts'
import { type Block, bullets, heading } from '../writing/nodes.ts'
import { quoteSection } from '../writing/quote.ts'
import { citeFile } from '../writing/sources.ts'
import type { Site } from './site.ts'

/**
 * A page from a plan that isn't the stand-in's: what the README and the file names have on the words of its title.
 * @throws if there is nothing, since the stand-in has no knowledge of its own.
 */
export function fallbackPage(site: Site, title: string, slug = ''): Block[] {
  const words = wordsOf(`${slug} ${title}`)
  const topic = topicOf(title)
  const root = site.readme?.root
  const sections = root ? [...(topic ? sectionsAbout(root, topic) : []), ...sectionsNamed(root, words)] : []
  const paths = site.repository.files.filter((path) => wordsOf(path).some((word) => words.includes(word)))
  const files = paths.flatMap((path) => site.repository.peek(path) ?? []).slice(0, 40)
  if (sections.length + files.length === 0) throw new Error(`nothing in the repository is about "${title}"`)
  return [
    ...[...new Set(sections)].slice(0, 4).flatMap((section) => quoteSection(section, 2, 120)),
    ...(files.length > 0
      ? [heading(2, 'Files with matching names'), ...bullets(files.map((file) => [citeFile(file)]))]
      : []),
  ]
}

const common = new Set(
  'and the for with how from guide page overview of to in a an src lib index test tests docs main'.split(' '),
)

const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length > 2 && !common.has(word))

const sectionsNamed = (parent: Section, words: string[]): Section[] =>
  parent.children.flatMap((child) =>
    wordsOf(child.title).some((word) => words.includes(word)) ? [child] : sectionsNamed(child, words),
  )
