import type { Repository } from '../clone/repository.ts'
import { type Block, paragraph, titled } from '../writing/nodes.ts'
import { configurationFiles } from './configuration-files.ts'
import { environmentVariables } from './environment-variables.ts'
import { exampleSettings } from './example-settings.ts'
import { fromReadmeAbout } from './guides.ts'
import { namesByEntry } from './public-api.ts'
import type { Draft, Site } from './site.ts'
import { type Located, showSymbols } from './symbols.ts'

/** What can be configured: in the environment, in files, and through options in code. */
export async function configuration(site: Site): Promise<Draft[]> {
  const blocks = [
    ...fromReadmeAbout(site, 'configuration', 160),
    ...exampleSettings(site.repository),
    ...(await environmentVariables(site.repository)),
    ...(await optionTypes(site.repository)),
    ...(await configurationFiles(site.repository)),
  ]
  if (blocks.length === 0) return []
  return [
    {
      group: 'Work with it',
      slug: 'configuration',
      title: 'Configuration',
      description: 'Environment variables, options, example settings, and configuration files.',
      write: () => blocks,
    },
  ]
}

const optionName = /(Options?|Config|Configuration|Settings)$/

/** Exported types in which the code describes its options. */
async function optionTypes(repository: Repository): Promise<Block[]> {
  const names = [...(await namesByEntry(repository)).values()].flat()
  const found = names.flatMap(({ file, symbol }) => (symbol && isOptionType(symbol) ? [{ file, symbol }] : []))
  const unique = found.filter(
    ({ symbol }, index) => found.findIndex((one) => one.symbol.name === symbol.name) === index,
  )
  const chosen = unique.toSorted((a, b) => weight(b) - weight(a)).slice(0, 6)
  if (chosen.length === 0) return []
  return titled('Options in the code', [
    paragraph('Types and classes of the public API that describe its options:'),
    ...showSymbols(chosen, 3),
  ])
}

/** Documented types first, then those with the most options. */
const weight = ({ symbol }: Located) => (symbol.doc ? 1_000 : 0) + Math.min(999, symbol.end - symbol.start)

const isOptionType = ({ isPublic, kind, name }: Located['symbol']) =>
  isPublic && ['interface', 'type', 'class'].includes(kind) && optionName.test(name)
