import { posix } from 'node:path'
import { countBy, describeCounts, testFiles } from '../clone/code-files.ts'
import { locateKeys, packageManifests, scriptCommand } from '../clone/package-json.ts'
import { pyproject, tablesOf } from '../clone/python-project.ts'
import type { Repository, TextFile } from '../clone/repository.ts'
import { type Block, bullets, code, heading, type Inline, paragraph, table } from '../writing/nodes.ts'
import { cite, citeFile, citeFolder, excerpt } from '../writing/sources.ts'
import { fromReadmeAbout } from './guides.ts'
import { workflowCommands } from './runners.ts'
import { type Draft, plural, type Site } from './site.ts'
import { testContents } from './test-contents.ts'

/** How to run the tests, what runs them, and what they check. */
export function tests(site: Site): Draft[] {
  const paths = testFiles(site.repository)
  const quoted = fromReadmeAbout(site, 'tests')
  if (paths.length + quoted.length === 0) return []
  return [
    {
      group: 'Work with it',
      slug: 'tests',
      title: 'Tests',
      description: 'How to run the tests, which framework runs them, and what they check.',
      write: async () => [
        ...quoted,
        ...(await howToRun(site.repository)),
        ...fromWorkflows(site.repository),
        ...pythonSettings(site.repository),
        ...(paths.length > 0 ? where(paths) : []),
        ...(await testContents(site.repository, paths)),
      ],
    },
  ]
}

const frameworks = [
  'vitest',
  'jest',
  'mocha',
  'ava',
  'tap',
  'jasmine',
  'uvu',
  'tape',
  '@playwright/test',
  'cypress',
  'c8',
  'nyc',
  'tsd',
  'fast-check',
]

async function howToRun(repository: Repository): Promise<Block[]> {
  const rows: Inline[][][] = []
  const tools: Inline[][] = []
  for (const { file, data } of packageManifests(repository)) {
    const lineOf = await locateKeys(file)
    for (const [name, command] of Object.entries(data.scripts ?? {}).filter(([name]) => /test|cover|e2e/.test(name))) {
      rows.push([
        [code(scriptCommand(name))],
        [code(command)],
        [cite(file, lineOf('scripts', name), lineOf('scripts', name))],
      ])
    }
    for (const group of ['dependencies', 'devDependencies'] as const) {
      for (const tool of frameworks.filter((each) => data[group]?.[each])) {
        tools.push([
          code(`${tool} ${data[group]?.[tool]}`),
          ' (',
          cite(file, lineOf(group, tool), lineOf(group, tool)),
          ')',
        ])
      }
    }
  }
  return [
    ...(rows.length > 0
      ? [heading(2, 'How to run them'), ...table(['Command', 'What it runs', 'Where'], rows.slice(0, 20))]
      : []),
    ...(tools.length > 0 ? [paragraph('Test tools among the dependencies:'), ...bullets(tools.slice(0, 12))] : []),
  ]
}

/** What the project's workflows run on each change. */
const fromWorkflows = (repository: Repository): Block[] => {
  const commands = workflowCommands(repository, /test|tox|nox|coverage/i).slice(0, 8)
  return commands.length > 0 ? [paragraph("The repository's workflows run:"), ...bullets(commands)] : []
}

/** The settings of Python's test tools, and the scripts that run them. */
function pythonSettings(repository: Repository): Block[] {
  const found = [
    pyproject(repository),
    repository.read('setup.cfg'),
    repository.read('tox.ini'),
    repository.read('pytest.ini'),
  ]
    .filter((file): file is TextFile => file !== undefined)
    .flatMap((file) =>
      tablesOf(file, (header) =>
        /pytest|^testenv$|^tox|^tool\.tox|^coverage:run$|hatch\.envs\.(hatch-)?test/.test(header),
      ),
    )
  const runners = ['noxfile.py', 'scripts/test', 'scripts/tests.sh', 'runtests.py', 'scripts/test.sh'].flatMap(
    (path) => repository.read(path) ?? [],
  )
  if (found.length + runners.length === 0) return []
  return [
    heading(2, 'Settings of the test tools'),
    ...found
      .slice(0, 4)
      .flatMap(({ file, header, start, end }) => [
        paragraph(code(`[${header}]`), ' in ', cite(file, start, end), ':'),
        excerpt(file, start, end),
      ]),
    ...runners
      .slice(0, 2)
      .flatMap((file) => [paragraph('The tests are run by ', citeFile(file), ':'), excerpt(file, 1, 25)]),
  ]
}

const where = (paths: string[]): Block[] => [
  heading(2, 'Where they are'),
  paragraph(`The repository has ${plural(paths.length, 'test file')} (${describeCounts(paths)}, helpers included):`),
  ...table(
    ['Folder', 'Files'],
    countBy(paths, (path) => posix.dirname(path))
      .slice(0, 20)
      .map(([folder, count]) => [[citeFolder(folder)], [`${count}`]]),
  ),
]
