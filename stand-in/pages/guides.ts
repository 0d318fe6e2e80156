import { guideFiles } from '../clone/documents.ts'
import { hasText, type Section } from '../clone/sections.ts'
import { otherSections, sectionsAbout, sectionsAnywhereAbout } from '../clone/topics.ts'
import { longestText } from '../writing/markdown.ts'
import { type Block, bullets, heading, paragraph } from '../writing/nodes.ts'
import { quoteBody, quoteSection } from '../writing/quote.ts'
import { cite, citeFile } from '../writing/sources.ts'
import { type Draft, oneLine, type Site, slugOf } from './site.ts'

const maxGuides = 16
const maxLines = 450
const longSection = 200
const chapterLines = 300

/** Pages from the project's own documents and the rest of its README, or just the page `wanted`. */
export function guides(site: Site, wanted?: string): Draft[] {
  const all = guideFiles(site.repository).map((path) => ({
    path,
    slug: slugOf('guide', path.replace(/^docs?\//i, '')),
  }))
  const unique = all.filter(({ slug }, index) => all.findIndex((one) => one.slug === slug) === index)
  const readable = unique.filter(({ path }) => (site.repository.peek(path)?.lines.length ?? 0) >= 10)
  const chosen = new Set(readable.toSorted((a, b) => rank(a.path) - rank(b.path)).slice(0, maxGuides))
  const left = all.filter((each) => !chosen.has(each)).map(({ path }) => path)
  const asked = readable.filter((each) => chosen.has(each) && (!wanted || each.slug === wanted))
  const parts = !wanted || wanted.startsWith('readme-') ? longSections(site) : []
  return [...parts, ...fromReadme(site, left), ...asked.flatMap(({ path, slug }) => guide(site, path, slug))]
}

/** Ranks what newcomers need, and files near the top, first. */
const rank = (path: string) =>
  path.split('/').length * 10 -
  (firstReads.test(path) ? 30 : 0) -
  (/config|faq|concept|architect|cli|api|feature|trouble/i.test(path) ? 12 : 0)

const firstReads = /install|start|tutorial|quick|usage|intro|overview|(^|\/)(docs|guide)\/index\.\w+$/i

/** Sections too long for the page about their topic get their own pages, with a few parts on each. */
function longSections({ readme }: Site): Draft[] {
  const root = readme?.root
  const topics = ['start', 'api', 'about', 'configuration', 'commands'] as const
  const long = topics
    .flatMap((topic) => (root ? sectionsAbout(root, topic) : []))
    .filter(({ startLine, endLine, children }) => endLine - startLine > longSection && children.length > 1)
  return long.flatMap((section) => chunksOf(section).map((chunk) => chapter(section, chunk))).slice(0, 8)
}

function chapter({ title }: Section, chunk: Section[]): Draft {
  const titles = chunk.map((each) => oneLine(each.title))
  return {
    group: 'Guides',
    slug: slugOf('readme', `${title} ${titles[0]}`),
    title: `${oneLine(title)}: ${titles[0]}`.slice(0, 120),
    description: `From the README: ${titles.join(', ')}.`.slice(0, 300),
    write: () => chunk.flatMap((each) => quoteSection(each, 2, maxLines)),
  }
}

/** Groups neighbouring parts as long as they fit on a page. */
function chunksOf({ children }: Section): Section[][] {
  const chunks: Section[][] = []
  let start = 0
  for (const child of children.filter(hasText)) {
    const current = chunks.at(-1)
    if (current && child.endLine - start <= chapterLines) current.push(child)
    else {
      chunks.push([child])
      start = child.startLine
    }
  }
  return chunks
}

function fromReadme(site: Site, otherPaths: string[]): Draft[] {
  const sections = site.readme ? otherSections(site.readme.root) : []
  const others = otherPaths.flatMap((path) => site.repository.peek(path) ?? [])
  if (sections.length === 0 && others.length === 0) return []
  const titles = sections.map(({ title }) => oneLine(title))
  return [
    {
      group: 'Guides',
      slug: 'more-from-the-readme',
      title: sections.length > 0 ? 'More from the README' : 'Further documents',
      description:
        titles.length > 0
          ? `${titles.slice(0, 8).join(', ')}.`.slice(0, 300)
          : 'Documents that have no page of their own.',
      write: () => [...quoteAll(sections), ...further(others)],
    },
  ]
}

const quoteAll = (sections: Section[]): Block[] => {
  const each = Math.max(40, Math.floor(maxLines / Math.max(1, sections.length)))
  return sections.flatMap((section) =>
    quoteSection(section, 2, Math.max(each, sections.length === 1 ? maxLines : each)),
  )
}

const further = (files: Parameters<typeof citeFile>[0][]): Block[] =>
  files.length === 0
    ? []
    : [
        heading(2, 'Documents without a page here'),
        paragraph('The repository has more documents than this site includes:'),
        ...bullets(files.slice(0, 40).map((file) => [citeFile(file)])),
      ]

function guide(site: Site, path: string, slug: string): Draft[] {
  const document = site.read(path)
  if (!document || !hasText(document.root)) return []
  const title = oneLine(document.root.title) || path
  const topics = document.root.children.slice(0, 6).map((section) => oneLine(section.title))
  return [
    {
      group: 'Guides',
      slug,
      title: title.slice(0, 120),
      document: path,
      description: `${path}${topics.length > 0 ? `: ${topics.join(', ')}` : ''}.`.slice(0, 300),
      write: () => [
        ...quoteBody(document.root, 1, Number.POSITIVE_INFINITY),
        paragraph('The original document in the repository: ', cite(document.file), '.'),
        ...(document.file.text.length > longestText ? [paragraph('It is longer than this page shows.')] : []),
      ],
    },
  ]
}

/** README sections about a topic, for the page on that topic. */
export const fromReadmeAbout = ({ readme }: Site, topic: Parameters<typeof sectionsAbout>[1], lines = 120): Block[] =>
  readme ? sectionsAnywhereAbout(readme.root, topic).flatMap((section) => quoteSection(section, 2, lines)) : []
