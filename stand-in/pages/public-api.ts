import { countBy } from '../clone/code-files.ts'
import { entryPoints } from '../clone/entry-points.ts'
import { type PublicName, publicNames } from '../clone/modules.ts'
import type { Repository } from '../clone/repository.ts'
import { languageOf } from '../syntax/languages.ts'
import { type Block, bullets, code, heading, paragraph } from '../writing/nodes.ts'
import { cite, citeFile } from '../writing/sources.ts'
import { chooseSymbols } from './choose-symbols.ts'
import { fromReadmeAbout } from './guides.ts'
import { type Draft, plural, type Site } from './site.ts'
import { type Located, listSymbols, showSymbols } from './symbols.ts'

/** What can be imported: the names that the entry points export, with their definitions. */
export async function publicApi(site: Site): Promise<Draft[]> {
  const names = await namesByEntry(site.repository)
  const fromReadme = fromReadmeAbout(site, 'api', 300)
  if (fromReadme.length === 0 && ![...names.values()].some((found) => found.length > 0)) return []
  return [
    {
      group: 'The code',
      slug: 'public-api',
      title: 'Public API',
      description: 'Everything that can be imported, with signatures and comments from the code.',
      write: () => [...entrySentences(site, names), ...fromReadme, ...definitions(names, mentions(site))],
    },
  ]
}

/** The names that can be imported, by the entry points that export them. */
export async function namesByEntry(repository: Repository): Promise<Map<string, PublicName[]>> {
  const points = entryPoints(repository).filter(({ kind, path }) => kind === 'import' && languageOf(path))
  const names = new Map<string, PublicName[]>()
  for (const path of [...new Set(points.map(({ path }) => path))].slice(0, 8))
    names.set(path, await publicNames(repository, path))
  return names
}

const entrySentences = ({ repository }: Site, names: Map<string, PublicName[]>): Block[] =>
  bullets(
    [...names].flatMap(([path, found]) => {
      const file = repository.peek(path)
      if (!file) return []
      const shown = found.slice(0, 40).map(({ name }) => code(name))
      return [
        [
          citeFile(file),
          ` exports ${plural(found.length, 'name')}${shown.length > 0 ? ': ' : '.'}`,
          ...shown.flatMap((each, index) => (index ? [', ', each] : [each])),
          found.length > 40 ? ', …' : '',
        ],
      ]
    }),
  )

/** How often the README mentions a name. */
function mentions({ readme }: Site): (name: string) => number {
  const counts = new Map(countBy(readme?.file.text.match(/\w+/g) ?? [], (word) => word))
  return (name) => counts.get(name) ?? 0
}

function definitions(names: Map<string, PublicName[]>, uses: (name: string) => number): Block[] {
  const all = [...names.values()].flat()
  const unique = all.filter(
    ({ name, line, file }, index) =>
      all.findIndex((one) => one.name === name && one.line === line && one.file === file) === index,
  )
  const known: Located[] = unique.flatMap(({ name, file, symbol }) =>
    symbol ? [{ file, symbol, name: name === 'default' ? symbol.name : name }] : [],
  )
  const unknown = unique.filter(({ symbol }) => !symbol)
  const best = chooseSymbols(known, uses)
  const rest = known.filter((each) => !best.includes(each))
  return [
    ...(best.length > 0 ? [heading(2, 'Signatures'), ...showSymbols(best, 3)] : []),
    ...(rest.length > 0 ? [heading(2, 'Further names'), ...listSymbols(rest.slice(0, 80))] : []),
    ...(unknown.length > 0
      ? [
          paragraph('Re-exported from elsewhere, definition not found:'),
          ...bullets(unknown.slice(0, 60).map(({ name, file, line }) => [code(name), ' – ', cite(file, line, line)])),
        ]
      : []),
  ]
}
