import { toString as textOf } from 'mdast-util-to-string'
import { latestCommits } from '../clone/changes.ts'
import { describeCounts } from '../clone/code-files.ts'
import { communityFileNamed, projectReadme } from '../clone/documents.ts'
import { type FactKind, factOf } from '../manifests/manifest.ts'
import type { Project } from '../project.ts'
import { type Block, bullets, code, heading, type Inline, paragraph, table } from '../writing/nodes.ts'
import { quoteLead, quoteSection } from '../writing/quote.ts'
import { firstSentence } from '../writing/sentences.ts'
import { cite, citeFile, excerpt } from '../writing/sources.ts'
import { type Draft, readmeSections, see } from './draft.ts'

/** What the project is, in its own words, and the facts in its manifests. */
export const overview = (project: Project, others: Draft[]): Draft => ({
  group: 'Start here',
  slug: 'overview',
  title: 'Overview',
  description: 'What the project is, its requirements, version and licence, and where to read on.',
  blocks: [
    ...introduction(project),
    heading(2, 'At a glance'),
    ...facts(project),
    ...licence(project),
    ...(others.length > 0
      ? [heading(2, 'Where to read on'), ...bullets(others.map(({ slug, title }) => [see(slug, title)]))]
      : []),
  ],
})

/** One sentence about the project: the manifest's description, or else the README's first sentence. */
export function taglineOf({ main, readme }: Project): string {
  const isWords = (text: string) => text.trim().split(/\s+/).length > 1 || /[\u3000-\u9fff\uac00-\ud7af]{4}/.test(text)
  const stated = factOf(main, 'description')?.value
  const prose =
    readme?.root.blocks
      .filter(({ type }) => type === 'paragraph' || type === 'blockquote')
      .map((block) => textOf(block)) ?? []
  const described =
    stated && isWords(stated) ? stated : prose.find((text) => isWords(text) && !/^\[!|^[\s|·•\p{P}]*$/u.test(text))
  return firstSentence(described ?? stated ?? '').slice(0, 300)
}

function introduction(project: Project): Block[] {
  const { readme, repository } = project
  if (!readme)
    return [paragraph(`${withoutReadme(repository)} The repository has ${describeCounts(repository.files)}.`)]
  const about = readmeSections(project, 'about')
  const lead = quoteLead(readme.root)
  const first = readme.root.children[0]
  if (lead.length > 0 || about.length > 0 || !first)
    return [...lead, ...about.flatMap((section) => quoteSection(section, 2, 120))]
  return quoteSection(first, 2, 60)
}

function withoutReadme(repository: Project['repository']): string {
  const path = projectReadme(repository)
  return path !== undefined && repository.isInLfs(path)
    ? `The README is stored in Git LFS, and this clone only has a pointer to it, so nothing is quoted from ${path}.`
    : 'There is no README to quote from.'
}

const labels: Record<FactKind, string> = {
  ...{ name: 'Package', version: 'Version', description: 'Description', licence: 'Licence', homepage: 'Homepage' },
  requires: 'Requires',
}

function facts({ repository, manifests }: Project): Block[] {
  const rows: Inline[][][] = [[['Contents'], [describeCounts(repository.files)], []]]
  for (const { file, facts } of manifests.filter(({ folder }) => folder === '').slice(0, 3))
    for (const { kind, of, value, line } of facts)
      rows.push([[`${labels[kind]}${of ? ` ${of}` : ''}`], [code(value.slice(0, 300))], [cite(file, line, line)]])
  const [commit] = latestCommits(repository.root, 1)
  if (commit) rows.push([['Latest commit'], [`${commit.date}: ${commit.subject.slice(0, 200)} (${commit.id})`], []])
  return table(['Fact', 'Value', 'Where'], rows)
}

function licence(project: Project): Block[] {
  const path = communityFileNamed(project.repository, /^(licen[cs]e|copying|unlicense)\b/i)
  const file = path ? project.repository.read(path) : undefined
  const sections = readmeSections(project, 'licence')
  if (!file && sections.length === 0) return []
  return [
    heading(2, 'Licence'),
    ...(file ? [paragraph('The terms are in ', citeFile(file), ', which begins:'), excerpt(file, 1, 6)] : []),
    ...sections.flatMap((section) => quoteSection(section, 3, 20).slice(1)),
  ]
}
