import { toString as textOf } from 'mdast-util-to-string'
import type { Block } from '../writing/nodes.ts'
import type { TextFile } from './repository.ts'

/** The part of a document under one heading. Line numbers are the file's, from 1. */
export interface Section {
  file: TextFile
  title: string
  startLine: number
  endLine: number
  /** The content between the heading and its first subheading. */
  blocks: Block[]
  children: Section[]
}

/** Groups blocks under their headings. The document's title, if any, becomes the root's. */
export function sectionsOf(file: TextFile, blocks: Block[]): Section {
  const root: Section = { file, title: '', startLine: 1, endLine: file.lines.length, blocks: [], children: [] }
  const open: { depth: number; section: Section }[] = [{ depth: 0, section: root }]
  for (const block of blocks) {
    const start = block.position?.start.line ?? 1
    if (block.type !== 'heading') {
      open.at(-1)?.section.blocks.push(block)
      continue
    }
    if (block.depth === 1 && !root.title && root.children.length === 0) {
      root.title = textOf(block)
      continue
    }
    const depth = Math.max(block.depth, 1)
    while (open.length > 1 && (open.at(-1)?.depth ?? 0) >= depth) close(open.pop()?.section, start - 1)
    const section = {
      file,
      title: textOf(block),
      startLine: start,
      endLine: file.lines.length,
      blocks: [],
      children: [],
    }
    open.at(-1)?.section.children.push(section)
    open.push({ depth, section })
  }
  return root
}

function close(section: Section | undefined, endLine: number): void {
  if (section) section.endLine = Math.max(section.startLine, endLine)
}

/** Whether a section has any content. */
export const hasText = (section: Section): boolean => section.blocks.length > 0 || section.children.some(hasText)
