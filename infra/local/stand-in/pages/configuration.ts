import { productCode } from '../clone/code-files.ts'
import type { Repository } from '../clone/repository.ts'
import { languageOf, outlineOf } from '../syntax/languages.ts'
import { type Block, paragraph, titled } from '../writing/nodes.ts'
import { configurationFiles, exampleSettings } from './configuration-files.ts'
import { environmentVariables } from './environment-variables.ts'
import { fromReadmeAbout } from './guides.ts'
import type { Draft, Site } from './site.ts'
import { type Located, showSymbols } from './symbols.ts'

/** What can be set: in the environment, in files, and through options of the code. */
export async function configuration(site: Site): Promise<Draft[]> {
  const blocks = [
    ...fromReadmeAbout(site, 'configuration', 160),
    ...(await environmentVariables(site.repository)),
    ...exampleSettings(site.repository),
    ...(await optionTypes(site.repository)),
    ...(await configurationFiles(site.repository)),
  ]
  if (blocks.length === 0) return []
  return [
    {
      group: 'Work with it',
      slug: 'configuration',
      title: 'Configuration',
      description: 'Environment variables the code reads, options it takes, example settings, and configuration files.',
      write: () => blocks,
    },
  ]
}

const maxParsed = 25
const optionName = /(Options?|Config|Configuration|Settings)$/

/** The types in which the code itself says what can be set. */
async function optionTypes(repository: Repository): Promise<Block[]> {
  const files = repository.search(productCode(repository).filter(languageOf), ['Options', 'Config', 'Settings'])
  const found: Located[] = []
  for (const file of files.slice(0, maxParsed)) {
    const symbols = (await outlineOf(file))?.symbols ?? []
    found.push(...symbols.filter(isOptionType).map((symbol) => ({ file, symbol })))
  }
  const chosen = found.toSorted((a, b) => weight(b) - weight(a)).slice(0, 6)
  if (chosen.length === 0) return []
  return titled('Options in the code', [
    paragraph('Types and classes of the code that describe what can be set:'),
    ...showSymbols(chosen, 3),
  ])
}

/** Documented ones, and of those the ones with most to set. */
const weight = ({ symbol }: Located) => (symbol.doc ? 1_000 : 0) + Math.min(999, symbol.end - symbol.start)

const isOptionType = ({ isPublic, kind, name }: Located['symbol']) =>
  isPublic && ['interface', 'type', 'class'].includes(kind) && optionName.test(name)
