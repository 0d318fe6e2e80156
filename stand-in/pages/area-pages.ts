import { posix } from 'node:path'
import { toString as textOf } from 'mdast-util-to-string'
import { type Area, areasOf } from '../clone/areas.ts'
import { countBy, describeCounts, productCode } from '../clone/code-files.ts'
import { readmeOf } from '../clone/documents.ts'
import { languageOf, outlineOf } from '../syntax/languages.ts'
import { type Block, bullets, code, heading, type Inline, joined, paragraph, table } from '../writing/nodes.ts'
import { quoteLead } from '../writing/quote.ts'
import { citeFile } from '../writing/sources.ts'
import { importsOf, type Parsed } from './area-imports.ts'
import { chooseSymbols, isNamesake } from './choose-symbols.ts'
import { type FolderWords, folderWords, showWords } from './folder-words.ts'
import { type Draft, oneLine, plural, type Site, slugOf } from './site.ts'
import { type Located, listNames, showSymbols, summary } from './symbols.ts'

const maxParsed = 60

/** One page per area of the product's code. */
export const areaPages = (site: Site): Draft[] => {
  const areas = areasOf(productCode(site.repository))
  let folderNotes: FolderWords[] | undefined
  return areas.map((area) => ({
    group: 'The code',
    slug: slugFor(area),
    title: titleFor(area, areas),
    // Lazy: only the plan and the code map show it, and documents take a while to read.
    get description() {
      folderNotes ??= folderWords(site)
      return descriptionOf(area, folderNotes)
    },
    write: () => write(site, area, areas),
  }))
}

const slugFor = ({ folder, part }: Area) =>
  slugOf('code', `${folder}-${part.replace(/^top-?/, 'files-')}`.replaceAll('.', '-'))

function titleFor(area: Area, areas: Area[]): string {
  const folder = area.folder || 'Top folder'
  if (area.part.includes('-')) return `${folder}: ${rangeOf(area)}`.slice(0, 150)
  return area.part === 'top' && areas.length > 1 ? `${folder}: other files` : folder
}

/** What documents say about the folder, or else the names of its files. */
function descriptionOf({ folder, part, paths }: Area, folderNotes: FolderWords[]): string {
  const [about] = part ? [] : folderNotes.filter(({ folders }) => folders.includes(folder))
  const names = paths.slice(0, 8).map((path) => posix.relative(folder, path))
  const files = `${describeCounts(paths)}: ${names.join(', ')}${paths.length > names.length ? ', …' : '.'}`
  const words = about && oneLine(textOf(paragraph(...showWords(about, folder))))
  return words ? `${words} (${describeCounts(paths)}).`.slice(0, 300) : files.slice(0, 300)
}

const rangeOf = ({ folder, paths }: Area) =>
  `${posix.relative(folder, paths[0] ?? '')} to ${posix.relative(folder, paths.at(-1) ?? '')}`

function whereOf(area: Area): string {
  const { folder, part } = area
  if (part.includes('-')) return `the files ${folder ? `in ${folder}` : 'of the code'} from ${rangeOf(area)}`
  if (part) return `the files ${folder ? `in ${folder}` : 'at the top'} outside the folders that have their own pages`
  return folder ? `the folder ${folder}` : 'all of the code'
}

async function write(site: Site, area: Area, areas: Area[]): Promise<Block[]> {
  const { repository, see } = site
  const parsed: Parsed[] = []
  for (const path of area.paths.slice(0, maxParsed)) {
    const file = repository.read(path)
    if (file) parsed.push({ file, outline: languageOf(path) && (await outlineOf(file)) })
  }
  const symbols = parsed.flatMap(({ file, outline }) =>
    (outline?.symbols ?? []).filter(({ isPublic }) => isPublic).map((symbol) => ({ file, symbol })),
  )
  const best = new Set(chooseSymbols(symbols, usesOf(parsed)))
  const chosen = symbols.filter((each) => best.has(each))
  const rest = symbols.filter((each) => !best.has(each))
  return [
    paragraph(
      `This page is about ${whereOf(area)}: ${describeCounts(area.paths)}`,
      symbols.length > 0 ? `, ${plural(symbols.length, 'public name')}. ` : '. ',
      'For how it fits in, see ',
      see('code-map', 'the code map'),
      '.',
    ),
    ...readmeLead(site, area),
    heading(2, 'Files'),
    ...fileTable(parsed),
    ...(area.paths.length > maxParsed ? [paragraph(`And ${area.paths.length - maxParsed} more files.`)] : []),
    ...(chosen.length > 0 ? [heading(2, 'What to know first'), ...intro(rest), ...showSymbols(chosen, 3)] : []),
    ...(rest.length > 0 ? [heading(2, 'Everything else it offers'), ...listNames(rest)] : []),
    ...uses(site, area, areas, parsed),
  ]
}

const intro = (rest: Located[]) =>
  rest.length > 0
    ? [paragraph(`The names that are documented or used most in this part; ${plural(rest.length, 'other')} below.`)]
    : []

function readmeLead(site: Site, { folder, part }: Area): Block[] {
  const path = folder && !part ? readmeOf(site.repository, folder) : undefined
  const document = path ? site.read(path) : undefined
  return document ? quoteLead(document.root).slice(0, 6) : []
}

function fileTable(parsed: Parsed[]): Block[] {
  const isRead = parsed.some(({ outline }) => outline)
  const rows = parsed.map((each) => [
    [citeFile(each.file)],
    [`${each.file.lines.length}`],
    ...(isRead ? [purpose(each)] : []),
  ])
  return [
    ...(isRead ? [] : [paragraph('The stand-in cannot parse this language, so it only lists the files.')]),
    ...table(['File', 'Lines', ...(isRead ? ['Contents'] : [])], rows),
  ]
}

/** The file's own comment, or else that of its namesake or first documented symbol, or else its names. */
function purpose({ file, outline }: Parsed): Inline[] {
  if (!outline) return []
  const [, ...words] = summary(outline.doc)
  const explained = outline.symbols.filter(({ isPublic, doc }) => isPublic && summary(doc).length > 0)
  const main = explained.find(({ name }) => isNamesake(name, file.path)) ?? explained[0]
  const names = outline.symbols
    .filter(({ isPublic }) => isPublic)
    .slice(0, 5)
    .map(({ name }) => [code(name)])
  if (words.length > 0) return words
  if (main) return [code(main.name), ...summary(main.doc)]
  if (names.length > 0) return joined(names)
  return outline.imports.some(({ isExport }) => isExport) ? ['re-exports names from other files'] : []
}

/** How often the files of the area import a name from each other. */
function usesOf(parsed: Parsed[]): (name: string) => number {
  const names = parsed.flatMap(
    ({ outline }) => outline?.imports.flatMap((each) => each.names.map(({ imported }) => imported)) ?? [],
  )
  const counts = new Map(countBy(names, (name) => name))
  return (name) => counts.get(name) ?? 0
}

function uses({ repository, see }: Site, area: Area, areas: Area[], parsed: Parsed[]): Block[] {
  const { neighbours, packages } = importsOf(repository, area, areas, parsed)
  const items: Inline[][] = [
    ...neighbours.map(([other, count]): Inline[] => [
      see(slugFor(other), titleFor(other, areas)),
      ` (imported by ${plural(count, 'file')})`,
    ]),
    ...(packages.length > 0
      ? [['Packages and modules from outside: ', ...joined(packages.map((name) => [code(name)]))]]
      : []),
  ]
  return items.length > 0 ? [heading(2, 'What it uses'), ...bullets(items)] : []
}
