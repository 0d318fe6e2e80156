import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Element, Nodes, Root } from 'hast'
import { toString as textOf } from 'hast-util-to-string'
import rehypeRaw from 'rehype-raw'
import { unified } from 'unified'
import { EXIT, SKIP, visit } from 'unist-util-visit'
import { parseSourceRange, type SourceRange } from '../../shared/page.ts'
import { citedIn } from '../site/citations.ts'
import { factsIn, type PageFacts } from '../site/page-facts.ts'

/** A page of a published site, as its readers see it. */
export interface PublishedPage {
  /** The name of its file. */
  file: string
  /** What it says, its notes on what is not verified left out. */
  facts: PageFacts
  /** For each of its citations: the page says that it is not verified. */
  marked: boolean[]
  /** Also the addresses of its pictures, with their alternative texts. */
  links: { href: string; text: string }[]
  ids: ReadonlySet<string>
}

export interface SiteOnDisk {
  pages: PublishedPage[]
  /** Every file in its folder, with forward slashes. */
  files: ReadonlySet<string>
  /** The commit that it documents; undefined if it doesn't say. */
  commit: string | undefined
}

/**
 * Reads a published site from a folder: a download that is unpacked, or what the demo writes with `--out`.
 *
 * @throws Error if the folder has no page of such a site
 */
export async function readSite(folder: string): Promise<SiteOnDisk> {
  const files = await readdir(folder, { recursive: true }).catch((error) => {
    throw new Error(`The site cannot be read: ${error.message}`)
  })
  const names = files.map((file) => file.replaceAll('\\', '/'))
  const documents = names.filter((name) => name.endsWith('.html') && !name.includes('/')).toSorted()
  const pages: PublishedPage[] = []
  let commit: string | undefined
  for (const file of documents) {
    const tree = treeOf(await readFile(join(folder, file), 'utf8'))
    commit ??= commitOf(tree)
    pages.push(readPage(file, tree))
  }
  if (pages.length === 0)
    throw new Error(`${folder} has no pages of a site. Give the folder that its index.html is in.`)
  return { pages, files: new Set(names), commit }
}

const reader = unified().use(rehypeRaw)

const treeOf = (html: string): Root => reader.runSync({ type: 'root', children: [{ type: 'raw', value: html }] })

function readPage(file: string, tree: Root): PublishedPage {
  // The start page lists pages, and has no content of its own.
  const content = find(tree, ({ properties }) => hasClass(properties.className, 'content')) ?? EMPTY
  const linksWithNote = withNote(content)
  const marked = citedIn(content, publishedRange).map(
    ({ node }) => find(node, isNote) !== undefined || linksWithNote.has(node),
  )
  const { links, ids } = anchorsIn(tree)
  removeNotes(content)
  return { file, facts: factsIn(content, publishedRange), marked, links, ids }
}

const EMPTY: Element = { type: 'element', tagName: 'div', properties: {}, children: [] }

/** The place that a link or a figure of a published page cites: its title tells it, whatever host the link leads to, and in any language. */
function publishedRange(node: Nodes): SourceRange | undefined {
  if (node.type !== 'element') return undefined
  const { className, dataSource, title } = node.properties
  if (node.tagName === 'figure') return typeof dataSource === 'string' ? parseSourceRange(dataSource) : undefined
  if (!hasClass(className, 'source') || typeof title !== 'string') return undefined
  const [, path = '', start, end = start] = /^(.{1,4096}), \D{1,40}?(?:(\d{1,9})(?:–(\d{1,9}))?)?$/s.exec(title) ?? []
  if (path === '') return undefined
  return start === undefined ? { path } : { path, startLine: Number(start), endLine: Number(end) }
}

const hasClass = (className: unknown, name: string): boolean => [className].flat().includes(name)

/** Where a source is, which stands behind its label on sites without links. */
const isPlace = (node: Element): boolean => node.tagName === 'span' && hasClass(node.properties.className, 'place')

const isNote = (node: Nodes | undefined): boolean =>
  node?.type === 'element' && node.tagName === 'small' && hasClass(node.properties.className, 'unverified')

/** The links that have a note behind them. A figure has its note in its caption. */
function withNote(content: Element): ReadonlySet<Nodes> {
  const found = new Set<Nodes>()
  visit(content, 'element', (node, index, parent) => {
    const before = index !== undefined && isNote(node) ? parent?.children[index - 2] : undefined
    if (before) found.add(before)
  })
  return found
}

function removeNotes(content: Element): void {
  visit(content, 'element', (node, index, parent) => {
    if (index === undefined || !parent || !(isNote(node) || isPlace(node))) return undefined
    parent.children.splice(index, 1)
    return [SKIP, index]
  })
}

function find(tree: Root | Element, isIt: (node: Element) => boolean): Element | undefined {
  let found: Element | undefined
  visit(tree, 'element', (node) => {
    if (!isIt(node)) return undefined
    found = node
    return EXIT
  })
  return found
}

function anchorsIn(tree: Root): Pick<PublishedPage, 'links' | 'ids'> {
  const links: PublishedPage['links'] = []
  const ids = new Set<string>()
  visit(tree, 'element', (node) => {
    if (node.properties.id !== undefined) ids.add(String(node.properties.id))
    const href = node.tagName === 'a' || node.tagName === 'link' ? node.properties.href : undefined
    if (typeof href === 'string') links.push({ href, text: textOf(node) })
    if (node.tagName === 'img')
      links.push({ href: String(node.properties.src), text: String(node.properties.alt ?? '') })
  })
  return { links, ids }
}

/** The footer tells the commit. */
function commitOf(tree: Root): string | undefined {
  const footer = find(tree, ({ tagName }) => tagName === 'footer')
  const code = footer && find(footer, ({ tagName, properties }) => tagName === 'code' && properties.title !== undefined)
  return code && String(code.properties.title)
}
