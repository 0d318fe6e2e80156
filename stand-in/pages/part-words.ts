import type { ListItem, PhrasingContent, TableRow } from 'mdast'
import { toString as textOf } from 'mdast-util-to-string'
import { readmeOf } from '../clone/documents.ts'
import type { Section } from '../clone/sections.ts'
import { factOf } from '../manifests/manifest.ts'
import type { CodePart, Project } from '../project.ts'
import type { Block, Inline } from '../writing/nodes.ts'
import { cite, citeFile } from '../writing/sources.ts'
import { summary } from './symbols.ts'

/**
 * What a part is, in the repository's words, with their source: of the documents that list folders, of its README, of its manifest, or of
 * the comments in its main files. Else the names that it declares.
 */
export async function wordsAbout(project: Project, part: CodePart): Promise<Inline[]> {
  const listed = part.isRest ? undefined : folderWords(project).find(({ folder }) => folder === part.folder)
  if (listed) return [...listed.words, ' (', cite(listed.section.file, listed.line, listed.line), ')']
  const manifest = part.folder === part.member || part.manifest?.folder === part.folder ? part.manifest : undefined
  const described = part.isRest || !part.folder ? undefined : factOf(manifest, 'description')
  if (manifest && described) return [described.value, ' (', cite(manifest.file, described.line, described.line), ')']
  const readme = part.isRest || !part.folder ? undefined : project.read(readmeOf(project.repository, part.folder) ?? '')
  const prose = readme?.root.blocks.find((block) => block.type === 'paragraph' && textOf(block).split(' ').length > 3)
  if (readme && prose?.type === 'paragraph') return [...prose.children, ' (', citeFile(readme.file), ')']
  const main = /(^|\/)(__init__\.py|(index|main|mod)\.[cm]?[jt]sx?|doc\.go|(lib|mod|main)\.rs)$/
  const files = part.paths.toSorted((a, b) => Number(main.test(b)) - Number(main.test(a)) || a.length - b.length)
  const packageInfo = `${part.folder}/package-info.java`
  for (const path of [packageInfo, ...(part.isRest ? [] : files.slice(0, 12))]) {
    const { outline, file } = (await project.outline(path)) ?? {}
    const [, ...words] =
      outline && (main.test(path) || path === packageInfo || outline.package) ? summary(outline.doc) : []
    if (file && words.length > 0) return [...words, ' (', citeFile(file), ')']
  }
  return []
}

interface FolderWords {
  folder: string
  words: PhrasingContent[]
  section: Section
  line: number
}

const known = new WeakMap<Project, FolderWords[]>()

/** Table rows and list items of the README and of documents about the layout that begin with the name of a folder. */
function folderWords(project: Project): FolderWords[] {
  const found = known.get(project) ?? allWords(project)
  known.set(project, found)
  return found
}

const allWords = ({ readme, guides, read }: Project): FolderWords[] => {
  const paths = guides.filter((path) => /architect|structure|layout|overview/i.test(path)).slice(0, 2)
  return [readme, ...paths.map(read)].flatMap((document) => (document ? wordsIn(document.root) : []))
}

const wordsIn = (section: Section): FolderWords[] => [
  ...section.blocks.flatMap((block) => wordsInBlock(block, section)),
  ...section.children.flatMap(wordsIn),
]

function wordsInBlock(block: Block, section: Section): FolderWords[] {
  const rows = block.type === 'table' ? block.children.slice(1) : block.type === 'list' ? block.children : []
  return rows.flatMap((row) => {
    const { name, words = [] } = (row.type === 'tableRow' ? inRow(row) : inItem(row)) ?? {}
    const folder = name ? textOf(name).replace(/^\.?\/|\/$/g, '') : ''
    return folder && words.length > 0 ? [{ folder, words, section, line: row.position?.start.line ?? 1 }] : []
  })
}

function inRow({ children: [first, second] }: TableRow) {
  const [name, ...others] = first?.children ?? []
  return name && others.length === 0 && second ? { name, words: second.children } : undefined
}

/** Parses a list item: the folder's name in code or as a link, a colon or a dash, and the words. */
function inItem({ children: [first] }: ListItem) {
  if (first?.type !== 'paragraph') return undefined
  const [name, next, ...rest] = first.children
  const text = next?.type === 'text' ? /^\s*[:–—-](.*)$/s.exec(next.value)?.[1]?.trimStart() : undefined
  if (!name || name.type === 'text' || text === undefined) return undefined
  return { name, words: [...(text ? [{ type: 'text' as const, value: text }] : []), ...rest] }
}
