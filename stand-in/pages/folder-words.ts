import type { ListItem, PhrasingContent, TableRow } from 'mdast'
import { toString as textOf } from 'mdast-util-to-string'
import { guideFiles } from '../clone/documents.ts'
import type { TextFile } from '../clone/repository.ts'
import type { Section } from '../clone/sections.ts'
import { type Block, code, type Inline, joined } from '../writing/nodes.ts'
import { cite } from '../writing/sources.ts'
import type { Site } from './site.ts'

/** A document's words about folders: a table row or list item that begins with their names. */
export interface FolderWords {
  folders: string[]
  words: PhrasingContent[]
  file: TextFile
  line: number
}

/** Finds words about folders in the README and in documents that are about the layout, judging by their names. */
export function folderWords(site: Site): FolderWords[] {
  const paths = guideFiles(site.repository).filter((path) => /architect|structure|layout|overview/i.test(path))
  const documents = [site.readme, ...paths.slice(0, 2).map((path) => site.read(path))]
  const { files } = site.repository
  const isFolder = (name: string) => files.some((path) => path.startsWith(`${name}/`))
  return documents
    .flatMap((document) => (document ? wordsIn(document.root) : []))
    .map((found) => ({ ...found, folders: found.folders.map((name) => name.replace(/^\.?\/|\/$/g, '')) }))
    .filter(({ folders, words }) => folders.length > 0 && folders.every(isFolder) && words.length > 0)
}

/** The words about a folder, or else about some of its subfolders. */
export function wordsAbout(all: FolderWords[], folder: string): FolderWords[] {
  const own = all.find(({ folders }) => folders.includes(folder))
  return own ? [own] : all.filter(({ folders }) => folders.every((name) => name.startsWith(`${folder}/`))).slice(0, 3)
}

/** The words, preceded by the folders' names unless they are about `folder` alone. */
export const showWords = ({ folders, words }: FolderWords, folder: string): Inline[] =>
  folders.length === 1 && folders[0] === folder
    ? words
    : [...joined(folders.map((name) => [code(name)])), ': ', ...words]

/** Cites the line. */
export const citeWords = ({ file, line }: FolderWords) => cite(file, line, line)

const wordsIn = (section: Section): FolderWords[] => [
  ...section.blocks.flatMap((block) => wordsInBlock(block, section.file)),
  ...section.children.flatMap(wordsIn),
]

function wordsInBlock(block: Block, file: TextFile): FolderWords[] {
  const rows = block.type === 'table' ? block.children.slice(1) : block.type === 'list' ? block.children : []
  return rows.flatMap((row) => {
    const found = row.type === 'tableRow' ? inRow(row) : inItem(row)
    const line = row.position?.start.line
    return found && line ? [{ ...found, file, line }] : []
  })
}

function inRow({ children: [first, second] }: TableRow) {
  return first && second ? { folders: namesIn(first.children), words: second.children } : undefined
}

/** Parses a list item: the folder's name, a colon or a dash, and the words. */
function inItem({ children: [first] }: ListItem) {
  if (first?.type !== 'paragraph') return undefined
  const [name, next, ...rest] = first.children
  const text = next?.type === 'text' ? /^\s*[:–—-](.*)$/s.exec(next.value)?.[1]?.trimStart() : undefined
  if (!name || text === undefined) return undefined
  return { folders: namesIn([name]), words: [...(text ? [{ type: 'text' as const, value: text }] : []), ...rest] }
}

/** The names in code or links, if nothing else but commas and "and" separates them. */
function namesIn(parts: PhrasingContent[]): string[] {
  const names = parts.filter(({ type }) => type !== 'text')
  const isPlain = parts.every((part) => part.type !== 'text' || /^(?:and)?$/.test(part.value.replaceAll(/[\s,]/g, '')))
  return isPlain ? names.map((part) => textOf(part)) : []
}
