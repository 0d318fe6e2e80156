import { toString as textOf } from 'mdast-util-to-string'
import { describeCounts, nameWithoutExtension } from '../clone/code-files.ts'
import { readmeOf } from '../clone/documents.ts'
import { type CodePart, oneLine, type Parsed, type Project, plural } from '../project.ts'
import { type Block, bullets, code, heading, type Inline, joined, paragraph, table } from '../writing/nodes.ts'
import { quoteLead } from '../writing/quote.ts'
import { citeFile } from '../writing/sources.ts'
import { chooseSymbols, isNamesake } from './choose-symbols.ts'
import { type Draft, see } from './draft.ts'
import { importsOf } from './part-imports.ts'
import { wordsAbout } from './part-words.ts'
import { type Located, listNames, showSymbols, summary } from './symbols.ts'

/** One page for each part of the product's code. */
export async function partPages(project: Project, uses: (name: string) => number): Promise<Draft[]> {
  const members = new Set(project.parts.map(({ member }) => member))
  const drafts: Draft[] = []
  for (const part of project.parts) {
    const words = oneLine(textOf(paragraph(...(await wordsAbout(project, part)))))
    drafts.push({
      group: members.size > 1 ? (part.manifest?.ecosystem.parts ?? 'The code') : 'The code',
      slug: part.slug,
      title: part.title.slice(0, 150),
      description: words ? `${words.slice(0, 240)} (${describeCounts(part.paths)}).` : namesIn(part),
      blocks: await write(project, part, uses),
    })
  }
  return drafts
}

const namesIn = ({ paths }: CodePart) => {
  const names = paths.slice(0, 8).map(nameWithoutExtension)
  return `${describeCounts(paths)}: ${names.join(', ')}${paths.length > names.length ? ', …' : '.'}`.slice(0, 300)
}

async function write(project: Project, part: CodePart, uses: (name: string) => number): Promise<Block[]> {
  const parsed: Parsed[] = []
  for (const path of part.paths) parsed.push(...[(await project.outline(path)) ?? []].flat())
  const symbols = symbolsOf(parsed)
  const chosen = chooseSymbols(symbols, uses)
  const rest = symbols.filter((each) => !chosen.includes(each))
  return [
    paragraph(
      part.isRest ? 'The files ' : 'All code ',
      part.folder ? 'in ' : 'at the top',
      ...(part.folder ? [code(part.folder)] : []),
      part.isRest ? ', outside the folders that have their own pages: ' : ': ',
      `${describeCounts(part.paths)}${symbols.length > 0 ? `, ${plural(symbols.length, 'name')} to know` : ''}. For how it fits in, see `,
      see('architecture', 'Architecture'),
      '.',
    ),
    ...lead(project, part),
    ...(chosen.length > 0 ? [heading(2, 'What to know first'), ...showSymbols(chosen, 3)] : []),
    heading(2, 'Files'),
    ...fileTable(project, part, parsed),
    ...(rest.length > 0 ? [heading(2, 'Everything else it declares'), ...listNames(rest)] : []),
    ...(await imports(project, part)),
  ]
}

/** The public names, or all if there are none, as in a program. */
function symbolsOf(parsed: Parsed[]): Located[] {
  const all = parsed.flatMap(({ file, outline }) => outline.symbols.map((symbol) => ({ file, symbol })))
  const isPublic = all.filter(({ symbol }) => symbol.isPublic)
  return isPublic.length > 2 || isPublic.length > all.length / 2 ? isPublic : all
}

function lead({ repository, read }: Project, { folder, isRest }: CodePart): Block[] {
  const document = folder && !isRest ? read(readmeOf(repository, folder) ?? '') : undefined
  return document ? quoteLead(document.root).slice(0, 8) : []
}

const mostRows = 250

function fileTable({ repository }: Project, { paths }: CodePart, parsed: Parsed[]): Block[] {
  const known = new Map(parsed.map((each) => [each.file.path, each]))
  const rows = paths.slice(0, mostRows).flatMap((path): Inline[][][] => {
    const file = known.get(path)?.file ?? repository.peek(path)
    return file ? [[[citeFile(file)], [`${file.lines.length}`], purpose(known.get(path))]] : []
  })
  return [
    ...table(['File', 'Lines', 'Contents'], rows),
    ...(paths.length > mostRows ? [paragraph(`And ${paths.length - mostRows} more files.`)] : []),
  ]
}

/** The file's own comment, or else that of its namesake or first documented symbol, or else its names. */
function purpose(parsed: Parsed | undefined): Inline[] {
  if (!parsed) return []
  const { file, outline } = parsed
  const isShown = outline.symbols.some(({ isPublic }) => isPublic)
    ? outline.symbols.filter(({ isPublic }) => isPublic)
    : outline.symbols
  const [, ...words] = summary(outline.doc)
  const explained = isShown.filter(({ doc }) => summary(doc).length > 0)
  const main = explained.find(({ name }) => isNamesake(name, file.path)) ?? explained[0]
  if (words.length > 0) return words
  if (main) return [code(main.name), ...summary(main.doc)]
  if (isShown.length > 0) return joined(isShown.slice(0, 5).map(({ name }) => [code(name)]))
  return outline.imports.some(({ isExport }) => isExport) ? ['re-exports names from other files'] : []
}

async function imports(project: Project, part: CodePart): Promise<Block[]> {
  const { parts, outside } = await importsOf(project, part)
  const items: Inline[][] = [
    ...[...parts].map(([{ slug, title }, count]): Inline[] => [
      see(slug, title),
      ` (imported by ${plural(count, 'file')})`,
    ]),
    ...(outside.length > 0 ? [['From outside: ', ...joined(outside.map((name): Inline[] => [code(name)]))]] : []),
  ]
  return items.length > 0 ? [heading(2, 'What it uses'), ...bullets(items)] : []
}
