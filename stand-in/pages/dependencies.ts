import type { Project } from '../project.ts'
import { type Block, code, heading, type Inline, table } from '../writing/nodes.ts'
import { cite } from '../writing/sources.ts'
import { type Draft, draft, fromReadme } from './draft.ts'

const mostFiles = 15
const mostRows = 80

/** The libraries that the manifests require. */
export const dependencies = (project: Project): Draft[] =>
  draft({
    group: 'Work with it',
    slug: 'dependencies',
    title: 'Dependencies',
    description: 'Libraries needed at run time and for development, with the required versions.',
    blocks: [...fromReadme(project, 'dependencies'), ...fromManifests(project)],
  })

const fromManifests = ({ manifests }: Project): Block[] =>
  manifests
    .filter(({ dependencies }) => dependencies.length > 0)
    .slice(0, mostFiles)
    .flatMap(({ file, dependencies }) => {
      const groups = new Set(dependencies.map(({ group }) => group))
      const rows = dependencies
        .slice(0, mostRows)
        .map(({ name, range, group, line }): Inline[][] => [
          [code(name)],
          range ? [code(range)] : [],
          ...(groups.size > 1 ? [[group]] : []),
          [cite(file, line, line)],
        ])
      return [
        heading(2, file.path),
        ...table(['Package', 'Versions', ...(groups.size > 1 ? ['Group'] : []), 'Where'], rows),
      ]
    })
