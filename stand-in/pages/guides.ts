import { hasText, type Section } from '../clone/sections.ts'
import { otherSections, sectionsAbout, topicOf } from '../clone/topics.ts'
import { oneLine, type Project, slugOf } from '../project.ts'
import { longestText } from '../writing/markdown.ts'
import { bullets, paragraph } from '../writing/nodes.ts'
import { quoteBody, quoteSection } from '../writing/quote.ts'
import { cite, citeFile } from '../writing/sources.ts'
import { type Draft, draft } from './draft.ts'

const longSection = 260
const chapterLines = 320

/** Pages from the project's own documents in their order, as many as fit, and from the rest of its README. */
export function guides(project: Project, most: number): Draft[] {
  const rest = restOfReadme(project)
  const all = project.guides.flatMap((path) => guide(project, path))
  const unique = all.filter(({ slug }, index) => all.findIndex((one) => one.slug === slug) === index)
  const chosen = unique.slice(0, Math.max(0, most - rest.length))
  const left = unique.slice(chosen.length).flatMap(({ document = '' }) => project.repository.peek(document) ?? [])
  return [
    ...rest,
    ...chosen,
    ...draft({
      group: 'Guides',
      slug: 'further-documents',
      title: 'Further documents',
      description: 'Documents of the repository that have no page here.',
      blocks: bullets(left.map((file) => [citeFile(file)])),
    }),
  ]
}

/** The slug of the page that shows a document. */
export const guideSlug = (path: string): string =>
  slugOf('guide', path.replace(/^(docs?|website\/docs|site\/content|documentation)\//i, ''))

function guide(project: Project, path: string): Draft[] {
  const document = project.read(path)
  if (!document || !hasText(document.root) || document.file.lines.length < 4) return []
  const [first] = document.root.children
  const title = oneLine(document.root.title || frontMatterTitle(document.file.lines) || (first?.title ?? '')) || path
  const topics = document.root.children.slice(0, 6).map((section) => oneLine(section.title))
  return draft({
    group: 'Guides',
    slug: guideSlug(path),
    title: title.slice(0, 120),
    document: path,
    description: `${path}${topics.length > 0 ? `: ${topics.join(', ')}` : ''}.`.slice(0, 300),
    blocks: [
      ...quoteBody(document.root, 1, Number.POSITIVE_INFINITY),
      paragraph('The original document in the repository: ', cite(document.file), '.'),
      ...(document.file.text.length > longestText ? [paragraph('It is longer than this page shows.')] : []),
    ],
  })
}

const frontMatterTitle = (lines: string[]): string =>
  lines[0]?.trim() === '---'
    ? (lines
        .slice(1, 12)
        .map((line) => /^title: *["']?([^"']+)/.exec(line)?.[1])
        .find(Boolean) ?? '')
    : ''

/** The README's sections that no page about their topic shows, and those too long for it, a few on each page. */
function restOfReadme({ readme, isList }: Project): Draft[] {
  const root = readme?.root
  if (!root) return []
  const topics = ['start', 'api', 'about', 'configuration', 'commands'] as const
  const long = (isList ? [] : topics)
    .flatMap((topic) => sectionsAbout(root, topic))
    .filter(({ startLine, endLine, children }) => endLine - startLine > longSection && children.length > 1)
  const others = isList
    ? root.children.filter((section) => hasText(section) && topicOf(section.title) !== 'noise')
    : otherSections(root)
  const length = others.reduce((sum, { startLine, endLine }) => sum + endLine - startLine, 0)
  const chapters = [
    ...long.flatMap((section) => chunksOf(section.children).map((chunk) => [section.title, chunk] as const)),
  ]
  const rest = length > chapterLines * 1.5 ? chunksOf(others) : others.length > 0 ? [others] : []
  return [
    ...chapters.flatMap(([title, chunk]) =>
      chapter(`${oneLine(title)}: ${titlesOf(chunk)[0]}`, slugOf('readme', `${title} ${chunk[0]?.title}`), chunk),
    ),
    ...rest.flatMap((chunk) =>
      rest.length === 1
        ? chapter('More from the README', 'more-from-the-readme', chunk)
        : chapter(rangeOf(titlesOf(chunk)), slugOf('readme', chunk[0]?.title ?? ''), chunk),
    ),
  ].slice(0, 20)
}

const titlesOf = (chunk: Section[]) => chunk.map(({ title }) => oneLine(title))

const rangeOf = (titles: string[]) => (titles.length < 3 ? titles.join(', ') : `${titles[0]} to ${titles.at(-1)}`)

const chapter = (title: string, slug: string, chunk: Section[]): Draft[] =>
  draft({
    group: 'Guides',
    slug,
    title: title.slice(0, 120),
    description: `From the README: ${titlesOf(chunk).join(', ')}.`.slice(0, 300),
    blocks: chunk.flatMap((each) => quoteSection(each, 2, Number.POSITIVE_INFINITY)),
  })

/** Groups neighbouring sections as long as they fit on a page. */
function chunksOf(sections: Section[]): Section[][] {
  const chunks: Section[][] = []
  let start = 0
  for (const section of sections.filter(hasText)) {
    const current = chunks.at(-1)
    if (current && section.endLine - start <= chapterLines) current.push(section)
    else {
      chunks.push([section])
      start = section.startLine
    }
  }
  return chunks
}
