import { toString as textOf } from 'mdast-util-to-string'
import { describeCounts } from '../clone/code-files.ts'
import { communityFileNamed, projectReadme } from '../clone/documents.ts'
import { locateKeys, readPackageJson } from '../clone/package-json.ts'
import { keyLines, pyproject, tablesOf } from '../clone/python-project.ts'
import { sectionsAbout } from '../clone/topics.ts'
import { type Block, bullets, code, heading, type Inline, joined, paragraph, table } from '../writing/nodes.ts'
import { quoteLead, quoteSection } from '../writing/quote.ts'
import { cite, citeFile, excerpt } from '../writing/sources.ts'
import { type Draft, oneLine, type Site } from './site.ts'

/** What the project is, in its own words, and the facts in its manifests. */
export const overview = (site: Site): Draft => ({
  group: 'Start here',
  slug: 'overview',
  title: 'Overview',
  description: 'What the project is, its requirements, version and licence, and where to read on.',
  write: async () => [
    ...introduction(site),
    heading(2, 'At a glance'),
    ...(await facts(site)),
    ...pythonFacts(site),
    ...licence(site),
    ...readOn(site),
  ],
})

const readOn = ({ planned, see }: Site): Block[] => {
  const others = planned.filter(({ slug }) => slug !== 'overview')
  return others.length === 0
    ? []
    : [heading(2, 'Where to read on'), ...bullets(others.map(({ slug, title }) => [see(slug, title)]))]
}

/** The project's name: from its manifest, or else from its URL, its README or its folder. */
export function nameOf({ repository, readme }: Site): string {
  const stated = readPackageJson(repository)?.data.name ?? pythonValue(repository, 'name')
  const names = [stated, repository.remoteName, readme?.root.title, repository.folderName]
  const isName = (name: string) => name !== '' && name.length <= 100
  return names.map((name) => oneLine(name ?? '')).find(isName) ?? 'This project'
}

/** One sentence about the project: the manifest's description, or else the README's first sentence. */
export function taglineOf({ repository, readme }: Site): string {
  const described = readPackageJson(repository)?.data.description ?? pythonValue(repository, 'description')
  const prose = readme?.root.blocks.find(({ type }) => type === 'paragraph')
  const sentences = new Intl.Segmenter('en', { granularity: 'sentence' }).segment(prose ? textOf(prose) : '')
  return (described ?? [...sentences][0]?.segment ?? '').replace(/\s+/g, ' ').trim().slice(0, 300)
}

/** Reads `name = "…"` from the project's table, if it is a plain string on one line. */
function pythonValue(repository: Site['repository'], key: string): string | undefined {
  const file = pyproject(repository)
  const [project] = file ? tablesOf(file, (header) => header === 'project' || header === 'tool.poetry') : []
  const line = project && keyLines(project, key)
  return /^\w+\s*=\s*"([^"\\]+)"\s*(#.*)?$/.exec(line?.file.lines[line.start - 1]?.trimEnd() ?? '')?.[1]
}

function introduction({ readme, repository }: Site): Block[] {
  if (!readme)
    return [paragraph(`${withoutReadme(repository)} The repository has ${describeCounts(repository.files)}.`)]
  const about = sectionsAbout(readme.root, 'about')
  const lead = quoteLead(readme.root)
  const first = readme.root.children[0]
  if (lead.length > 0 || about.length > 0 || !first)
    return [...lead, ...about.flatMap((section) => quoteSection(section, 2, 80))]
  return quoteSection(first, 2, 40)
}

function withoutReadme(repository: Site['repository']): string {
  const path = projectReadme(repository)
  return path !== undefined && repository.isInLfs(path)
    ? `The README is stored in Git LFS, and this clone only has a pointer to it, so nothing is quoted from ${path}.`
    : 'There is no README to quote from.'
}

async function facts({ repository }: Site): Promise<Block[]> {
  const manifest = readPackageJson(repository)
  const rows: Inline[][][] = [[['Contents'], [describeCounts(repository.files)], []]]
  if (manifest) {
    const { data, file } = manifest
    const lineOf = await locateKeys(file)
    const row = (title: string, value: string | undefined, ...keys: string[]) => {
      const line = lineOf(...keys)
      if (value) rows.push([[title], [code(value)], [cite(file, line, line)]])
    }
    row('Package', data.name, 'name')
    row('Version', data.version, 'version')
    row('Description', data.description, 'description')
    row('Licence', data.license, 'license')
    row('Homepage', data.homepage, 'homepage')
    row('Module format', data.type === 'module' ? 'ES modules ("type": "module")' : undefined, 'type')
    for (const [engine, range] of Object.entries(data.engines ?? {}))
      row(`Requires ${engine}`, range, 'engines', engine)
    row('Package manager', data.packageManager, 'packageManager')
  }
  if (repository.lockFiles.length > 0)
    rows.push([['Lock files'], joined(repository.lockFiles.slice(0, 5).map((path) => [code(path)])), []])
  return table(['Fact', 'Value', 'Where'], rows)
}

/** TOML and Python metadata is quoted rather than parsed. */
function pythonFacts({ repository }: Site): Block[] {
  const file = pyproject(repository)
  const tables = file ? tablesOf(file, (header) => header === 'project' || header === 'tool.poetry') : []
  const setup = ['setup.cfg', 'setup.py'].flatMap((path) => repository.read(path) ?? [])[0]
  if (file && tables.length > 0) {
    return tables
      .slice(0, 1)
      .flatMap(({ start, end }) => [
        paragraph('Name, description, licence and supported Python versions, from ', cite(file, start, end), ':'),
        excerpt(file, start, end),
      ])
  }
  return setup ? [paragraph('The package is described in ', citeFile(setup), ':'), excerpt(setup, 1, 25)] : []
}

function licence({ repository, readme }: Site): Block[] {
  const path = communityFileNamed(repository, /^(licen[cs]e|copying|unlicense)\b/i)
  const file = path ? repository.read(path) : undefined
  const sections = readme ? sectionsAbout(readme.root, 'licence') : []
  if (!file && sections.length === 0) return []
  return [
    heading(2, 'Licence'),
    ...(file ? [paragraph('The terms are in ', citeFile(file), ', which begins:'), excerpt(file, 1, 6)] : []),
    ...sections.flatMap((section) => quoteSection(section, 3, 20).slice(1)),
  ]
}
