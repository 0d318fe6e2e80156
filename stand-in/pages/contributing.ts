import { changelogs, latestCommits } from '../clone/changes.ts'
import { communityFileNamed, readDocument } from '../clone/documents.ts'
import type { TextFile } from '../clone/repository.ts'
import { hasText, type Section } from '../clone/sections.ts'
import type { Project } from '../project.ts'
import { type Block, bullets, code, heading, type Inline, paragraph, titled } from '../writing/nodes.ts'
import { quoteBody, quoteSection } from '../writing/quote.ts'
import { cite, citeFile, excerpt } from '../writing/sources.ts'
import { type Draft, draft, fromReadme, see } from './draft.ts'

const communityFiles: [name: RegExp, what: string][] = [
  [/^code_of_conduct/i, 'the code of conduct'],
  [/^security/i, 'how to report a security problem'],
  [/^support/i, 'where to ask for help'],
  [/^governance/i, 'how decisions are made'],
  [/^(authors|maintainers|codeowners)/i, 'who maintains it'],
  [/^pull_request_template/i, 'what a pull request should contain'],
  [/^(agents|claude)\.md$/i, 'instructions for coding agents, also useful for working on the code'],
]

/** How to contribute, and the rules. */
export function contributing(project: Project): Draft[] {
  const { repository } = project
  const guide = project.read(communityFileNamed(repository, /^contributing/i) ?? '')
  const links = communityFiles.flatMap(([name, what]): Inline[][] => {
    const file = repository.peek(communityFileNamed(repository, name) ?? '')
    return file ? [[citeFile(file), `: ${what}`]] : []
  })
  const blocks = [
    ...(guide ? quoteBody(guide.root, 1, 400) : []),
    ...fromReadme(project, 'contributing'),
    ...titled('Community files', bullets(links)),
  ]
  return draft({
    group: 'Work with it',
    slug: 'contributing',
    title: 'Contributing',
    description: "How to contribute, and the project's rules.",
    ...(guide ? { document: guide.file.path } : {}),
    blocks:
      blocks.length > 0
        ? [
            ...blocks,
            paragraph(
              'To run the checks, see ',
              see('tests', 'Tests'),
              ' and ',
              see('commands', 'Commands and scripts'),
              '.',
            ),
          ]
        : [],
  })
}

const mostCommits = 20
const entryLines = 120

/** The newest entries of the changelog, and the latest commits. */
export function changes(project: Project): Draft[] {
  const commits = latestCommits(project.repository.root, mostCommits)
  const year = Number(commits[0]?.date.slice(0, 4) ?? 0)
  const files = changelogs(project.repository, year, project.name)
  if (files.length === 0 && commits.length < 2) return []
  return draft({
    group: 'Work with it',
    slug: 'changes',
    title: 'Latest changes',
    description: 'What has changed last, from the changelog and from git.',
    blocks: [
      ...files.flatMap((file) => newestEntries(project, file)),
      ...titled(
        'Latest commits',
        bullets(commits.map(({ id, date, subject }): Inline[] => [`${date}: ${subject} (`, code(id), ')'])),
      ),
    ],
  })
}

/** The first entries of a changelog, up to a screen or two. */
function newestEntries(project: Project, file: TextFile): Block[] {
  const document = readDocument(project.repository, file.path)
  const from = (start: number, end: number): Block[] => [
    paragraph('From ', cite(file, start, end), ':'),
    excerpt(file, start, end, entryLines),
  ]
  const source = paragraph('All changes are in ', citeFile(file), '.')
  if (!document) return [heading(2, file.path), ...from(1, Math.min(40, file.lines.length)), source]
  const entries = versionsIn(document.root).filter(hasText)
  const last = entries.findIndex(({ endLine }) => endLine - (entries[0]?.startLine ?? 0) > entryLines)
  const shown = entries.slice(0, Math.max(1, last === -1 ? 3 : Math.min(3, last)))
  if (shown.length === 0) return [heading(2, file.path), ...quoteBody(document.root, 2, entryLines), source]
  return [...shown.flatMap((entry) => quoteSection(entry, 2, entryLines)), source]
}

/** The sections of versions: those with a number, at the first level that has any. */
function versionsIn({ children }: Section): Section[] {
  const versions = children.filter(({ title }) => /\d\.\d|unreleased|\b20\d\d\b/i.test(title))
  return versions.length > 0 || children.length === 0 ? versions : versionsIn({ ...(children[0] as Section) })
}
