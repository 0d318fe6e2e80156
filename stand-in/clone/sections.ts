import { toString as textOf } from 'mdast-util-to-string'
import type { Block } from '../writing/nodes.ts'
import type { TextFile } from './repository.ts'

/** The part of a document under one heading. Line numbers are the file's, from 1. */
export interface Section {
  file: TextFile
  title: string
  /** The heading's anchor in the document, as code hosts make it. */
  anchor: string
  startLine: number
  endLine: number
  /** The content between the heading and its first subheading. */
  blocks: Block[]
  children: Section[]
}

/** Groups blocks under their headings. The document's title, if any, becomes the root's. */
export function sectionsOf(file: TextFile, blocks: Block[]): Section {
  const anchorOf = anchors()
  const section = (title: string, startLine: number): Section => ({
    ...{
      file,
      title: title.replace(/\{#[\w-]+\}$/, '').trimEnd(),
      startLine,
      endLine: file.lines.length,
      blocks: [],
      children: [],
    },
    anchor: /\{#([\w-]+)\}$/.exec(title)?.[1] ?? anchorOf(title),
  })
  const root: Section = {
    file,
    title: '',
    anchor: '',
    startLine: 1,
    endLine: file.lines.length,
    blocks: [],
    children: [],
  }
  const open: { depth: number; section: Section }[] = [{ depth: 0, section: root }]
  for (const block of blocks) {
    const start = block.position?.start.line ?? 1
    if (block.type !== 'heading') {
      open.at(-1)?.section.blocks.push(block)
      continue
    }
    if (block.depth === 1 && !root.title && root.children.length === 0 && !isVersion(textOf(block))) {
      const { title, anchor } = section(textOf(block), start)
      Object.assign(root, { title, anchor })
      continue
    }
    const depth = Math.max(block.depth, 1)
    while (open.length > 1 && (open.at(-1)?.depth ?? 0) >= depth) close(open.pop()?.section, start - 1)
    const opened = section(textOf(block), start)
    open.at(-1)?.section.children.push(opened)
    open.push({ depth, section: opened })
  }
  return root
}

/** A changelog's first entry is not its title. */
const isVersion = (title: string) => /^\W{0,3}(v|version |release )?\d+\.\d/i.test(title)

/** Makes the anchors of a page's headings, in their order: https://github.com/Flet/github-slugger */
export function anchors(): (title: string) => string {
  const taken = new Map<string, number>()
  return (title) => {
    const base = title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
      .replaceAll(' ', '-')
    let anchor = base
    for (let count = taken.get(base) ?? 0; taken.has(anchor); anchor = `${base}-${count}`) taken.set(base, ++count)
    taken.set(anchor, 0)
    return anchor
  }
}

function close(section: Section | undefined, endLine: number): void {
  if (section) section.endLine = Math.max(section.startLine, endLine)
}

/** Whether a section has any content. */
export const hasText = (section: Section): boolean => section.blocks.length > 0 || section.children.some(hasText)
