import type { Element, Nodes, Root } from 'hast'
import { toString as textOf } from 'hast-util-to-string'
import { SKIP, visit } from 'unist-util-visit'
import type { SourceRange } from '../../shared/page.ts'
import { type Cited, citedIn } from './citations.ts'
import { rangeOfNode } from './source-range.ts'

/** What a page says, as far as it can be checked without a model. */
export interface PageFacts {
  cited: Cited[]
  sections: Section[]
  /** Texts of inline code. */
  codes: string[]
  /** Lines of code blocks that quote no file: examples, commands. */
  blocks: { language: string; lines: string[] }[]
  /** Prose, by paragraph. */
  paragraphs: string[]
}

/** A heading with all that follows it, up to the next one of its depth or less. What precedes the first is the section without a title. */
export interface Section {
  title: string
  depth: number
  /** Words of prose; links to other pages, and what a list says of them, are not counted. */
  words: number
  /** How often it cites the repository. */
  sources: number
  /** It has neither text of its own nor further headings. */
  isEmpty: boolean
}

/** Lists what a tree of {@link parseMarkdown}, or another whose nodes cite what `rangeOf` says, has in it. */
export function factsIn(
  tree: Root | Element,
  rangeOf: (node: Nodes) => SourceRange | undefined = rangeOfNode,
): PageFacts {
  const facts: PageFacts = { cited: citedIn(tree, rangeOf).map(({ cited }) => cited), ...noText() }
  const sections = new OpenSections()
  const quoted = new Set<Nodes>()
  const listed = new Set<Nodes>()
  visit(tree, (node) => {
    if (node.type === 'element') {
      const { tagName } = node
      if (/^h[1-6]$/.test(tagName)) {
        sections.open(textOf(node).trim(), Number(tagName[1]))
        return SKIP
      }
      if (rangeOf(node)) sections.cite()
      if (tagName === 'pre' || tagName === 'figure') {
        sections.fill()
        if (tagName === 'pre') facts.blocks.push(blockOf(node))
        return SKIP
      }
      if (tagName === 'code') facts.codes.push(textOf(node))
      // What is quoted is not said here.
      if (tagName === 'blockquote' && !quoted.has(node)) visit(node, (inside) => void quoted.add(inside))
      if (tagName === 'li' && beginsWithPage(node, rangeOf)) visit(node, (inside) => void listed.add(inside))
      if (tagName === 'p' && !quoted.has(node) && !isNote(node)) facts.paragraphs.push(textOf(node))
      if (tagName === 'a' && !rangeOf(node) && !isOutside(node)) {
        if (textOf(node).trim() !== '') sections.fill()
        facts.codes.push(...codesIn(node))
        return SKIP
      }
    } else if (node.type === 'text') sections.addText(node.value, !listed.has(node))
    return undefined
  })
  return { ...facts, sections: sections.all }
}

const noText = (): Omit<PageFacts, 'cited'> => ({ sections: [], codes: [], blocks: [], paragraphs: [] })

/** A paragraph that is emphasised as a whole is a note on the page. */
export const isNote = ({ children }: Element): boolean => {
  const [only, other] = children
  return !other && only?.type === 'element' && only.tagName === 'em'
}

/** An entry of a list of pages: what follows the link is what the page is about. */
function beginsWithPage(item: Element, rangeOf: (node: Nodes) => SourceRange | undefined): boolean {
  let node: Nodes | undefined = item
  while (node?.type === 'element' && node.tagName !== 'a')
    node = node.children.find(
      (child) => child.type === 'element' || (child.type === 'text' && child.value.trim() !== ''),
    )
  return node?.type === 'element' && node.tagName === 'a' && !rangeOf(node) && !isOutside(node)
}

const isOutside = ({ properties: { href } }: Element): boolean => /^(?:https?|mailto):/i.test(String(href))

function codesIn(link: Element): string[] {
  const codes: string[] = []
  visit(link, 'element', (node) => void (node.tagName === 'code' && codes.push(textOf(node))))
  return codes
}

function blockOf(pre: Element): PageFacts['blocks'][number] {
  const code = pre.children.find((child) => child.type === 'element' && child.tagName === 'code')
  const classes = code?.type === 'element' ? [code.properties.className].flat().map(String) : []
  const language = classes.find((name) => name.startsWith('language-'))?.slice('language-'.length) ?? ''
  return { language, lines: textOf(pre).split('\n') }
}

const isSignature = (title: string): boolean => /[(`$]/.test(title)

/** The sections of a page as it is read from top to bottom. */
class OpenSections {
  readonly all: Section[] = []
  #open: Section[] = [this.#add('', 0)]

  #add(title: string, depth: number): Section {
    const section = { title, depth, words: 0, sources: 0, isEmpty: true }
    this.all.push(section)
    return section
  }

  /** The page's own title opens no section; any later one is a heading like others. */
  open(title: string, level: number): void {
    if (level === 1 && this.all.length === 1) return
    const depth = Math.max(2, level)
    const before = this.all.at(-1)
    // Several signatures may share what is said under the last of them.
    if (before?.depth === depth && isSignature(before.title) && isSignature(title)) before.isEmpty = false
    this.#open = this.#open.filter((section) => section.depth > 0 && section.depth < depth)
    this.fill()
    this.#open.push(this.#add(title, depth))
  }

  addText(text: string, counts: boolean): void {
    const words = text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length
    if (words > 0) this.fill()
    if (!counts) return
    for (const section of this.#open) section.words += words
  }

  cite(): void {
    this.fill()
    for (const section of this.#open) section.sources++
  }

  fill(): void {
    for (const section of this.#open) section.isEmpty = false
  }
}
