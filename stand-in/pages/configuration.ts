import type { Parsed, Project } from '../project.ts'
import { type Block, paragraph, titled } from '../writing/nodes.ts'
import { type Draft, draft, fromReadme } from './draft.ts'
import { environmentVariables, exampleSettings } from './settings.ts'
import { type Located, showSymbols } from './symbols.ts'

/** What can be configured: in the environment, in files, and through options in code. */
export const configuration = async (project: Project): Promise<Draft[]> =>
  draft({
    group: 'Work with it',
    slug: 'configuration',
    title: 'Configuration',
    description: 'Environment variables, options in the code, and example settings.',
    blocks: [
      ...fromReadme(project, 'configuration'),
      ...exampleSettings(project),
      ...environmentVariables(project),
      ...(await optionTypes(project)),
    ],
  })

const optionName = /(Options?|Config|Configuration|Settings|Opts|Params)$/

/** Types in which the code describes its options: documented ones first, then those with the most options. */
async function optionTypes(project: Project): Promise<Block[]> {
  const files: Parsed[] = []
  for (const path of project.product) files.push(...[(await project.outline(path)) ?? []].flat())
  const found = files.flatMap(({ file, outline }) =>
    outline.symbols.filter(isOptionType).map((symbol) => ({ file, symbol })),
  )
  const unique = [...new Map(found.map((each) => [each.symbol.name, each])).values()]
  const chosen = unique.toSorted((a, b) => weight(b) - weight(a)).slice(0, 8)
  if (chosen.length === 0) return []
  return titled('Options in the code', [paragraph('Public types that describe options:'), ...showSymbols(chosen, 3)])
}

const weight = ({ symbol, file }: Located) =>
  (symbol.doc ? 500 : 0) + Math.min(499, symbol.end - symbol.start) - file.path.split('/').length * 20

const isOptionType = ({ isPublic, kind, name }: Located['symbol']) =>
  isPublic && /^(interface|type|class|struct|record)$/.test(kind) && optionName.test(name)
