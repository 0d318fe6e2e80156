import { locateKeys, type PackageManifest, packageManifests, scriptCommand } from '../clone/package-json.ts'
import { pyproject, tablesOf } from '../clone/python-project.ts'
import type { Repository } from '../clone/repository.ts'
import { type Block, code, type Inline, paragraph, table, titled } from '../writing/nodes.ts'
import { cite, citeFile, excerpt } from '../writing/sources.ts'
import { commandLineOptions } from './command-line-options.ts'
import { fromReadmeAbout } from './guides.ts'
import { makeTargets, otherRunners } from './runners.ts'
import type { Draft, Site } from './site.ts'

/** What can be run: the project's command line, its scripts, make targets and workflows. */
export async function commands(site: Site): Promise<Draft[]> {
  const { repository } = site
  const manifests = packageManifests(repository)
  const blocks = [
    ...fromReadmeAbout(site, 'commands', 160),
    ...(await installedCommands(manifests)),
    ...pythonScripts(repository),
    ...(await commandLineOptions(repository)),
    ...(await packageScripts(manifests)),
    ...makeTargets(repository),
    ...otherRunners(repository),
  ]
  if (blocks.length === 0) return []
  return [
    {
      group: 'Work with it',
      slug: 'commands',
      title: 'Commands and scripts',
      description: 'The command line, package scripts, make targets and automated workflows.',
      write: () => blocks,
    },
  ]
}

async function installedCommands(manifests: PackageManifest[]): Promise<Block[]> {
  const rows: Inline[][][] = []
  for (const { file, data } of manifests) {
    const lineOf = await locateKeys(file)
    const bin = typeof data.bin === 'string' ? { [data.name ?? '']: data.bin } : (data.bin ?? {})
    for (const [name, target] of Object.entries(bin)) {
      rows.push([[code(name)], [code(target)], [cite(file, lineOf('bin', name), lineOf('bin', name))]])
    }
  }
  return titled('Commands the package installs', table(['Command', 'Starts', 'Declared in'], rows))
}

const scriptTables = /^(project\.(gui-)?scripts|project\.entry-points.*|tool\.poetry\.scripts)$/
const taskTables = /^tool\.(poe\.tasks|pdm\.scripts|rye\.scripts|taskipy\.tasks|hatch\.envs\..*scripts)/

function pythonScripts(repository: Repository): Block[] {
  const file = pyproject(repository)
  const tables = (wanted: RegExp) =>
    (file ? tablesOf(file, (header) => wanted.test(header)) : [])
      .slice(0, 6)
      .flatMap(({ file, start, end }) => [paragraph('From ', cite(file, start, end), ':'), excerpt(file, start, end)])
  return [
    ...titled('Commands the Python package installs', tables(scriptTables)),
    ...titled('Tasks for developers', tables(taskTables)),
  ]
}

async function packageScripts(manifests: PackageManifest[]): Promise<Block[]> {
  const blocks: Block[] = []
  for (const { file, data } of manifests) {
    const lineOf = await locateKeys(file)
    const rows = Object.entries(data.scripts ?? {}).map(([name, command]): Inline[][] => {
      const line = lineOf('scripts', name)
      return [[code(scriptCommand(name))], [code(command)], [cite(file, line, line)]]
    })
    if (rows.length === 0) continue
    blocks.push(paragraph(`Scripts of ${data.name ?? 'the package'}, declared in `, citeFile(file), ':'))
    blocks.push(...table(['Script', 'What it runs', 'Where'], rows.slice(0, 40)))
  }
  return titled('Package scripts', blocks)
}
