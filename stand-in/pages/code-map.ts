import { posix } from 'node:path'
import { countBy, describeCounts, formatOf } from '../clone/code-files.ts'
import { readmeOf } from '../clone/documents.ts'
import { type EntryPoint, entryPoints } from '../clone/entry-points.ts'
import { locateKeys } from '../clone/package-json.ts'
import type { Repository } from '../clone/repository.ts'
import { outlineOf } from '../syntax/languages.ts'
import {
  type Block,
  bullets,
  code,
  fence,
  heading,
  type Inline,
  joined,
  paragraph,
  table,
  titled,
} from '../writing/nodes.ts'
import { cite, citeFile } from '../writing/sources.ts'
import { citeWords, type FolderWords, folderWords, showWords, wordsAbout } from './folder-words.ts'
import type { Draft, Site } from './site.ts'
import { summary } from './symbols.ts'

/** The layout of the repository: folders, formats, and entry points. */
export const codeMap = (site: Site, areaDrafts: Draft[]): Draft[] =>
  site.repository.files.length < 3
    ? []
    : [
        {
          group: 'The code',
          slug: 'code-map',
          title: 'Code map',
          description: 'How the repository is organised: its folders, their contents, and the entry points.',
          write: async () => [
            ...size(site.repository),
            ...(await folderTable(site)),
            heading(2, 'Tree'),
            fence(tree(site.repository.files)),
            ...(await entries(site.repository)),
            ...areaLinks(site, areaDrafts),
          ],
        },
      ]

function size({ files, truncated }: Repository): Block[] {
  const folders = new Set(files.map((path) => posix.dirname(path)))
  return [
    paragraph(
      `The repository has ${files.length} files in ${folders.size} folders, `,
      'not counting lock files and generated files.',
      truncated ? ' Not all of its files are included here.' : '',
    ),
    ...table(
      ['Kind of file', 'Files'],
      countBy(files, formatOf)
        .slice(0, 10)
        .map(([kind, count]) => [[kind], [`${count}`]]),
    ),
  ]
}

async function folderTable(site: Site): Promise<Block[]> {
  const { files } = site.repository
  const folders = countBy(
    files.filter((path) => path.includes('/')),
    (path) => path.slice(0, path.indexOf('/')),
  ).map(([name]) => name)
  const folderNotes = folderWords(site)
  const rows: Inline[][][] = []
  for (const folder of folders.sort().slice(0, 30)) {
    const inside = files.filter((path) => path.startsWith(`${folder}/`))
    rows.push([[code(folder)], [describeCounts(inside)], await purposeOf(site, folder, inside, folderNotes)])
  }
  const atTop = files.filter((path) => !path.includes('/')).flatMap((path) => site.repository.peek(path) ?? [])
  return [
    heading(2, 'Folders'),
    ...table(['Folder', 'Files', 'What the repository says about it, or its first entries'], rows),
    paragraph('Files at the top:'),
    ...bullets(atTop.slice(0, 30).map((file) => [citeFile(file)])),
  ]
}

/** What its README says about a folder, or else other documents, its main file, or the names in it. */
async function purposeOf(site: Site, folder: string, inside: string[], folderNotes: FolderWords[]): Promise<Inline[]> {
  const readme = readmeOf(site.repository, folder)
  const document = readme ? site.read(readme) : undefined
  const prose = document?.root.blocks.find(({ type }) => type === 'paragraph')
  if (document && prose?.type === 'paragraph') return [...prose.children, ' (', citeFile(document.file), ')']
  const about = wordsAbout(folderNotes, folder)
  if (about.length > 0)
    return joined(
      about.map((each) => [...showWords(each, folder), ' (', citeWords(each), ')']),
      '; ',
    )
  const main = inside.find((path) => /^[^/]+\/(__init__\.py|index\.[jt]sx?|main\.[jt]s)$/.test(path))
  const file = main ? site.repository.read(main) : undefined
  const [, ...words] = file ? summary((await outlineOf(file))?.doc ?? '') : []
  if (file && words.length > 0) return [...words, ' (', citeFile(file), ')']
  const names = [...new Set(inside.map((path) => path.split('/')[1] ?? ''))]
  return [names.slice(0, 6).join(', '), names.length > 6 ? ', …' : '']
}

/** The folders with their file counts: three levels if they fit into 60 lines, else two. */
function tree(paths: string[]): string {
  const lines = [3, 2].map((depth) => treeLines(paths, depth)).find((each) => each.length <= 60) ?? treeLines(paths, 2)
  return [...lines.slice(0, 60), ...(lines.length > 60 ? ['…'] : [])].join('\n') || '(no folders)'
}

function treeLines(paths: string[], depth: number): string[] {
  const counts = countBy(
    paths.flatMap((path) => foldersOf(path, depth)),
    (folder) => folder,
  )
  const key = ([folder]: [string, number]) => folder.replaceAll('/', '\0')
  return counts
    .sort((a, b) => (key(a) < key(b) ? -1 : 1))
    .map(([folder, count]) => `${'  '.repeat(folder.split('/').length - 1)}${posix.basename(folder)}/  (${count})`)
}

function foldersOf(path: string, depth: number): string[] {
  const parts = path.split('/').slice(0, -1)
  return parts.slice(0, depth).map((_, index) => parts.slice(0, index + 1).join('/'))
}

async function entries(repository: Repository): Promise<Block[]> {
  const points = entryPoints(repository).slice(0, 20)
  const rows: Inline[][][] = []
  for (const point of points) {
    const file = repository.peek(point.path)
    if (file) rows.push([[citeFile(file)], wayIn(point), point.declared ? await declaration(point.declared) : []])
  }
  const isBuilt = points.some(({ path, declared }) => declared && targetOf(declared) !== path)
  return titled('Entry points', [
    ...(rows.length > 0 ? [paragraph('The code starts in these files:')] : []),
    ...table(['File', 'Started or imported by', 'Declared in'], rows),
    ...(isBuilt ? [paragraph('If a manifest names a build output, the matching source file is shown.')] : []),
  ])
}

const wayIn = ({ kind, name }: EntryPoint): Inline[] =>
  ({
    command: ['the command ', code(name)],
    script: [code(name)],
    module: [code(`python -m ${name}`)],
    import: name ? ['importing ', code(name)] : ['a common name for a main file'],
  })[kind]

type Declared = NonNullable<EntryPoint['declared']>

const targetOf = ({ manifest, target }: Declared) => posix.join(posix.dirname(manifest.file.path), target)

async function declaration({ manifest, keys, target }: Declared): Promise<Inline[]> {
  const line = (await locateKeys(manifest.file))(...keys)
  return [code(keys.join(' › ')), ': ', code(target), ', ', cite(manifest.file, line, line)]
}

function areaLinks({ see }: Site, drafts: Draft[]): Block[] {
  if (drafts.length === 0) return []
  return [
    heading(2, 'Parts of the code'),
    ...bullets(drafts.map(({ slug, title, description }) => [see(slug, title), ` – ${description}`])),
  ]
}
