import { entryPoints } from '../entry-points.ts'
import { languageOf } from '../languages/all.ts'
import type { Project } from '../project.ts'
import { plural } from '../project.ts'
import { type Block, bullets, code, heading, type Inline, joined, paragraph, titled } from '../writing/nodes.ts'
import { cite, citeFile } from '../writing/sources.ts'
import { chooseSymbols } from './choose-symbols.ts'
import { type Draft, draft, fromReadme } from './draft.ts'
import { type PublicName, publicNames } from './public-names.ts'
import { type Located, listSymbols, showSymbols } from './symbols.ts'

const mostListed = 120

/** What users of the project can call: the names that its entry points export, or else all public ones. */
export async function publicApi(project: Project, uses: (name: string) => number): Promise<Draft[]> {
  const names = await namesByEntry(project)
  const found = [...names.values()].some((each) => each.length > 0)
  return draft({
    group: 'The code',
    slug: 'public-api',
    title: 'Public API',
    description: 'What users of the code can call, with signatures and comments from the code.',
    blocks: [
      ...entrySentences(project, names),
      ...fromReadme(project, 'api', 300),
      ...(found ? ofEntries(names, uses) : ofEverything(await publicSymbols(project), uses)),
    ],
  })
}

/** The names that can be imported, by the entry points that export them. */
async function namesByEntry(project: Project): Promise<Map<string, PublicName[]>> {
  const points = entryPoints(project).filter(
    ({ kind, file }) => kind === 'import' && /\.([cm]?[jt]sx?|pyi?)$/.test(file.path),
  )
  const names = new Map<string, PublicName[]>()
  for (const { file } of points.slice(0, 8)) names.set(file.path, await publicNames(project, file.path))
  return names
}

/** All public names of languages whose files export by themselves; of C and C++ only those in headers. */
async function publicSymbols(project: Project): Promise<Located[]> {
  const isApi = (path: string) =>
    !/\.(c|cc|cpp|cxx|[cm]?[jt]sx?|pyi?|vue)$|(^|\/)(internals?|impl|detail)\//i.test(path)
  const found: Located[] = []
  for (const path of project.product.filter((each) => languageOf(each) && isApi(each))) {
    const { file, outline } = (await project.outline(path)) ?? {}
    if (!file || !outline || outline.package === 'main') continue
    found.push(...outline.symbols.filter(({ isPublic }) => isPublic).map((symbol) => ({ file, symbol })))
  }
  return found
}

const entrySentences = ({ repository }: Project, names: Map<string, PublicName[]>): Block[] =>
  bullets(
    [...names].flatMap(([path, found]): Inline[][] => {
      const file = repository.peek(path)
      if (!file || found.length === 0) return []
      const shown = found.slice(0, 40).map(({ name }): Inline[] => [code(name)])
      return [
        [
          citeFile(file),
          ` exports ${plural(found.length, 'name')}: `,
          ...joined(shown),
          found.length > 40 ? ', …' : '',
        ],
      ]
    }),
  )

function ofEntries(names: Map<string, PublicName[]>, uses: (name: string) => number): Block[] {
  const all = [...names.values()].flat()
  const unique = [...new Map(all.map((each) => [`${each.name} ${each.file.path} ${each.line}`, each])).values()]
  const located: Located[] = unique.flatMap(({ name, file, symbol }) =>
    symbol ? [{ file, symbol, name: name === 'default' ? symbol.name : name }] : [],
  )
  const unknown = unique.filter(({ symbol }) => !symbol).slice(0, 60)
  return [
    ...ofEverything(located, uses),
    ...(unknown.length > 0 ? [paragraph('Re-exported from elsewhere, definition not found:')] : []),
    ...bullets(unknown.map(({ name, file, line }) => [code(name), ' – ', cite(file, line, line)])),
  ]
}

function ofEverything(symbols: Located[], uses: (name: string) => number): Block[] {
  const best = chooseSymbols(symbols, uses)
  const rest = symbols
    .filter((each) => !best.includes(each))
    .toSorted((a, b) => Number(b.symbol.doc !== '') - Number(a.symbol.doc !== ''))
  const left = rest.length - mostListed
  return [
    ...(best.length > 0 ? [heading(2, 'Signatures'), ...showSymbols(best, 3)] : []),
    ...titled('Further names', listSymbols(rest.slice(0, mostListed))),
    ...(left > 0 ? [paragraph(`And ${left} more on the pages about the parts of the code.`)] : []),
  ]
}
