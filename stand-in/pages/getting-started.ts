import { entryPoints } from '../entry-points.ts'
import { factOf, type Manifest } from '../manifests/manifest.ts'
import { type Project, plural } from '../project.ts'
import { type Block, bullets, code, heading, type Inline, paragraph } from '../writing/nodes.ts'
import { quoteSection } from '../writing/quote.ts'
import { cite, citeFile, excerpt } from '../writing/sources.ts'
import { type Draft, draft, readmeSections, see } from './draft.ts'
import { guideSlug } from './guides.ts'

/** Requirements, installation and first steps, from the README, the manifests and the examples. */
export const gettingStarted = (project: Project): Draft[] => {
  const sections = readmeSections(project, 'start').flatMap((section) => quoteSection(section, 2, 260))
  return draft({
    group: 'Start here',
    slug: 'getting-started',
    title: 'Getting started',
    description: 'Requirements, installation, and first steps.',
    blocks: [
      ...requirements(project),
      ...sections,
      ...guidesToRead(project),
      ...fromManifests(project),
      ...examples(project),
    ],
  })
}

function requirements({ manifests }: Project): Block[] {
  const own = manifests
    .filter(({ folder, facts }) => folder === '' || facts.some(({ kind }) => kind === 'requires'))
    .slice(0, 4)
  const items = own.flatMap(({ file, facts }) =>
    facts
      .filter(({ kind }) => kind === 'requires')
      .map(({ of, value, line }): Inline[] => [code(`${of} ${value}`), ' (', cite(file, line, line), ')']),
  )
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
  'Gemfile.lock': 'bundle install',
  'composer.lock': 'composer install',
}

/** How to get the package, and how to set up a clone, according to the manifests and lock files. */
function fromManifests(project: Project): Block[] {
  const { repository, manifests, main } = project
  const published = [...(main ? [main] : []), ...manifests.filter((each) => each !== main)]
    .filter(isPublished)
    .slice(0, 6)
  const items: Inline[][] = [
    ...published.flatMap(howToGet),
    ...entryPoints(project)
      .filter(({ name }) => name)
      .slice(0, 8)
      .flatMap(({ kind, name, file }): Inline[][] => {
        if (kind === 'command')
          return [['The package installs the command ', code(name), ', which starts ', citeFile(file), '.']]
        return kind === 'script'
          ? [[code(name), ' starts ', citeFile(file), '.']]
          : [['Importing ', code(name), ' loads ', citeFile(file), '.']]
      }),
    ...repository.lockFiles
      .filter((path) => installers[path])
      .map((path): Inline[] => [
        code(path),
        ' pins the versions of the dependencies. In a clone, ',
        code(installers[path] ?? ''),
        ' installs exactly those.',
      ]),
  ]
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

const isPublished = (manifest: Manifest) =>
  !manifest.isPrivate && factOf(manifest, 'name') && (manifest.ecosystem.add || manifest.ecosystem.install)

function howToGet(manifest: Manifest): Inline[][] {
  const { ecosystem, file, commands } = manifest
  const name = factOf(manifest, 'name')
  const isProgram = commands.some(({ kind }) => kind === 'installed')
  const command =
    name && (isProgram ? (ecosystem.install ?? ecosystem.add) : (ecosystem.add ?? ecosystem.install))?.(name.value)
  return name && command
    ? [
        [
          'The package is called ',
          code(name.value),
          ' (',
          cite(file, name.line, name.line),
          '): ',
          code(command),
          ' installs it.',
        ],
      ]
    : []
}

function guidesToRead({ guides, read }: Project): Block[] {
  const first = guides.filter((path) => /install|start|tutorial|quick|usage|setup|intro/i.test(path)).slice(0, 8)
  if (first.length === 0) return []
  return [
    heading(2, 'Guides to read next'),
    ...bullets(first.map((path) => [see(guideSlug(path), read(path)?.root.title || path), ` (${path})`])),
  ]
}

function examples({ examples: paths, repository }: Project): Block[] {
  const files = paths.slice(0, 10).flatMap((path) => repository.peek(path) ?? [])
  const shortest = files.toSorted((a, b) => a.lines.length - b.lines.length).find(({ lines }) => lines.length > 4)
  if (!shortest) return []
  return [
    heading(2, 'Examples'),
    paragraph(
      `The repository has ${plural(paths.length, 'example file')}`,
      paths.length > files.length ? ', including:' : ':',
    ),
    ...bullets(files.map((file) => [citeFile(file)])),
    paragraph('The shortest one:'),
    excerpt(shortest, 1, 40, 40),
  ]
}
