import { locateKeys, type PackageManifest, packageManifests } from '../clone/package-json.ts'
import { keyLines, type Lines, tablesOf } from '../clone/python-project.ts'
import type { Repository } from '../clone/repository.ts'
import { type Block, code, heading, paragraph, table } from '../writing/nodes.ts'
import { cite, citeFile, excerpt } from '../writing/sources.ts'
import { fromReadmeAbout } from './guides.ts'
import type { Draft, Site } from './site.ts'

const groups = {
  dependencies: 'Required at run time',
  peerDependencies: 'Expected from the host project (peer dependencies)',
  optionalDependencies: 'Used when present (optional)',
  devDependencies: 'Required for development',
} as const

/** The libraries that the manifests require. */
export function dependencies(site: Site): Draft[] {
  const { repository } = site
  const quoted = fromReadmeAbout(site, 'dependencies')
  const manifests = packageManifests(repository).filter(({ data }) =>
    Object.keys(groups).some((group) => Object.keys(data[group as keyof typeof groups] ?? {}).length > 0),
  )
  const python = pythonRequirements(repository)
  const others = ['go.mod', 'Cargo.toml', 'Gemfile', 'composer.json', 'pom.xml', 'build.gradle'].flatMap(
    (path) => repository.read(path) ?? [],
  )
  if (manifests.length + python.length + others.length + quoted.length === 0) return []
  return [
    {
      group: 'Work with it',
      slug: 'dependencies',
      title: 'Dependencies',
      description: 'Libraries needed at run time and for development, with the required versions.',
      write: async () => [
        ...quoted,
        ...(await Promise.all(manifests.map(ofPackage))).flat(),
        ...python.flatMap(({ file, start, end }) => [
          paragraph('From ', cite(file, start, end), ':'),
          excerpt(file, start, end),
        ]),
        ...others.flatMap((file) => [paragraph('From ', citeFile(file), ':'), excerpt(file, 1, 25)]),
      ],
    },
  ]
}

async function ofPackage({ file, data }: PackageManifest): Promise<Block[]> {
  const lineOf = await locateKeys(file)
  const title = (text: string) => heading(2, data.name ? `${data.name}: ${text.toLowerCase()}` : text)
  return Object.entries(groups).flatMap(([group, label]) => {
    const found = Object.entries(data[group as keyof typeof groups] ?? {})
    const rows = found.slice(0, 80).map(([name, range]) => {
      const line = lineOf(group, name)
      return [[code(name)], [code(range)], [cite(file, line, line)]]
    })
    return rows.length > 0 ? [title(label), ...table(['Package', 'Versions', 'Where'], rows)] : []
  })
}

const wantedTables = [
  /^(project\.optional-dependencies|dependency-groups|build-system|options|options\.extras_require)$/,
  /^tool\.poetry\.((.*\.)?dependencies|group\..*)$/,
]

function pythonRequirements(repository: Repository): Lines[] {
  const manifests = ['pyproject.toml', 'setup.cfg'].flatMap((path) => repository.read(path) ?? [])
  const required = manifests
    .flatMap((file) => tablesOf(file, (header) => header === 'project'))
    .flatMap((project) => keyLines(project, 'dependencies') ?? [])
  const lists = repository.files
    .filter((path) => /^(requirements[\w./-]*\.(txt|in)|constraints\.txt|environment\.ya?ml|Pipfile)$/.test(path))
    .flatMap((path) => repository.read(path) ?? [])
    .map((file) => ({ file, start: 1, end: file.lines.length }))
  return [
    ...required,
    ...manifests.flatMap((file) => tablesOf(file, (header) => wantedTables.some((wanted) => wanted.test(header)))),
    ...lists,
  ].slice(0, 10)
}
