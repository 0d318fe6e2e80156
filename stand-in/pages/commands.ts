import type { Project } from '../project.ts'
import { type Block, code, type Inline, paragraph, table, titled } from '../writing/nodes.ts'
import { cite, citeFile } from '../writing/sources.ts'
import { commandLineOptions } from './command-line-options.ts'
import { type Draft, draft, fromReadme } from './draft.ts'
import { makeTargets, otherRunners } from './runners.ts'

/** What can be run: the project's command line, its scripts, make targets and workflows. */
export const commands = (project: Project): Draft[] =>
  draft({
    group: 'Work with it',
    slug: 'commands',
    title: 'Commands and scripts',
    description: 'The command line, package scripts, make targets and automated workflows.',
    blocks: [
      ...fromReadme(project, 'commands'),
      ...installed(project),
      ...commandLineOptions(project),
      ...scripts(project),
      ...makeTargets(project.repository),
      ...otherRunners(project.repository),
    ],
  })

function installed({ manifests }: Project): Block[] {
  const rows = manifests.flatMap(({ file, commands }) =>
    commands
      .filter(({ kind }) => kind === 'installed')
      .map(({ name, runs, line }): Inline[][] => [[code(name)], runs ? [code(runs)] : [], [cite(file, line, line)]]),
  )
  return titled('Commands that installing it brings', table(['Command', 'Starts', 'Declared in'], rows.slice(0, 60)))
}

const scripts = ({ manifests }: Project): Block[] =>
  titled(
    'Package scripts',
    manifests.slice(0, 20).flatMap(({ file, commands }) => {
      const rows = commands
        .filter(({ kind }) => kind === 'script')
        .map(({ name, runs, line }): Inline[][] => [[code(name)], [code(runs)], [cite(file, line, line)]])
      return rows.length > 0
        ? [
            paragraph('Declared in ', citeFile(file), ':'),
            ...table(['Script', 'What it runs', 'Where'], rows.slice(0, 50)),
          ]
        : []
    }),
  )
