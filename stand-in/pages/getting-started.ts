import { exampleFiles } from '../clone/code-files.ts'
import { guideFiles } from '../clone/documents.ts'
import { entryPoints } from '../clone/entry-points.ts'
import { locateKeys, readPackageJson } from '../clone/package-json.ts'
import { keyLines, pyproject, tablesOf } from '../clone/python-project.ts'
import { sectionsAbout } from '../clone/topics.ts'
import { type Block, bullets, code, heading, type Inline, paragraph } from '../writing/nodes.ts'
import { quoteSection } from '../writing/quote.ts'
import { cite, citeFile, excerpt } from '../writing/sources.ts'
import { type Draft, plural, type Site, slugOf } from './site.ts'

/** Requirements, installation and first steps, from the README, the manifests and the examples. */
export const gettingStarted = (site: Site): Draft => ({
  group: 'Start here',
  slug: 'getting-started',
  title: 'Getting started',
  description: 'Requirements, installation, and first steps.',
  write: async () => {
    const sections = site.readme ? sectionsAbout(site.readme.root, 'start') : []
    return [
      ...(await requirements(site)),
      ...(sections.length === 0 ? [paragraph(missing(site))] : []),
      ...sections.flatMap((section) => quoteSection(section, 2, 200)),
      ...(await fromManifest(site)),
      ...furtherGuides(site),
      ...examples(site),
    ]
  },
})

const missing = ({ readme }: Site) =>
  readme
    ? `No section of ${readme.file.path} is about installation or first steps. This comes from other files.`
    : 'There is no README to quote from. This comes from other files.'

async function requirements({ repository }: Site): Promise<Block[]> {
  const items: Inline[][] = []
  const manifest = readPackageJson(repository)
  const lineOf = manifest && (await locateKeys(manifest.file))
  for (const [engine, range] of Object.entries(manifest?.data.engines ?? {})) {
    const line = lineOf?.('engines', engine) ?? 1
    if (manifest) items.push([code(`${engine} ${range}`), ' (', cite(manifest.file, line, line), ')'])
  }
  const file = pyproject(repository)
  const [project] = file ? tablesOf(file, (header) => header === 'project') : []
  const python = project && keyLines(project, 'requires-python')
  if (python)
    items.push([
      'Python: ',
      code(python.file.lines[python.start - 1] ?? ''),
      ' (',
      cite(python.file, python.start, python.start),
      ')',
    ])
  return items.length > 0 ? [heading(2, 'Required versions'), ...bullets(items)] : []
}

const installers: Record<string, string> = {
  'package-lock.json': 'npm ci',
  'npm-shrinkwrap.json': 'npm ci',
  'yarn.lock': 'yarn install --frozen-lockfile',
  'pnpm-lock.yaml': 'pnpm install --frozen-lockfile',
  'bun.lock': 'bun install --frozen-lockfile',
  'uv.lock': 'uv sync --locked',
  'poetry.lock': 'poetry install',
  'Pipfile.lock': 'pipenv sync',
  'Cargo.lock': 'cargo build --locked',
}

/** How to set up a clone, according to the manifests and lock files. */
async function fromManifest({ repository, see }: Site): Promise<Block[]> {
  const items: Inline[][] = repository.lockFiles
    .filter((path) => installers[path])
    .map((path) => [
      code(path),
      ' pins the versions of the dependencies. In a clone, ',
      code(installers[path] ?? ''),
      ' installs exactly those.',
    ])
  const manifest = readPackageJson(repository)
  if (manifest && !manifest.data.private && manifest.data.name) {
    const line = (await locateKeys(manifest.file))('name')
    items.push(['The package is published as ', code(manifest.data.name), ' (', cite(manifest.file, line, line), ').'])
  }
  for (const { kind, name, path } of entryPoints(repository).slice(0, 8)) {
    const file = repository.peek(path)
    if (!file || !name) continue
    if (kind === 'command')
      items.push(['The package installs the command ', code(name), ', which starts ', citeFile(file), '.'])
    if (kind === 'script') items.push([code(name), ' starts ', citeFile(file), '.'])
    if (kind === 'module') items.push([code(`python -m ${name}`), ' starts ', citeFile(file), '.'])
    if (kind === 'import' && path.endsWith('.py')) items.push([code(`import ${name}`), ' loads ', citeFile(file), '.'])
  }
  if (items.length === 0) return []
  return [
    heading(2, 'From the manifests'),
    ...bullets(items),
    paragraph(
      'For scripts and further commands, see ',
      see('commands', 'Commands and scripts'),
      '; for libraries, see ',
      see('dependencies', 'Dependencies'),
      '.',
    ),
  ]
}

function furtherGuides({ repository, titleOf, see }: Site): Block[] {
  const guides = guideFiles(repository)
    .map((path) => ({ path, slug: slugOf('guide', path.replace(/^docs?\//i, '')) }))
    .filter(
      ({ path, slug }) =>
        titleOf(slug) && /install|start|tutorial|quick|usage|setup|intro/i.test(`${path} ${titleOf(slug)}`),
    )
  if (guides.length === 0) return []
  return [
    heading(2, 'Guides to read next'),
    ...bullets(guides.map(({ path, slug }) => [see(slug, titleOf(slug) ?? path), ` (${path})`])),
  ]
}

function examples({ repository }: Site): Block[] {
  const paths = exampleFiles(repository)
  const files = paths.slice(0, 10).flatMap((path) => repository.peek(path) ?? [])
  const shortest = files.toSorted((a, b) => a.lines.length - b.lines.length)[0]
  if (!shortest) return []
  return [
    heading(2, 'Examples'),
    paragraph(
      `The repository has ${plural(paths.length, 'example file')}`,
      paths.length > files.length ? ', including:' : ':',
    ),
    ...bullets(files.map((file) => [citeFile(file)])),
    paragraph('The shortest one begins:'),
    excerpt(shortest, 1, 25),
  ]
}
