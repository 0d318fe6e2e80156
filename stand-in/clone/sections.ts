import { toString as textOf } from 'mdast-util-to-string'
import type { Block } from '../writing/nodes.ts'
import type { TextFile } from './repository.ts'

/** A heading's part of a document; lines are those of the file, the first is 1. */
export interface Section {
  file: TextFile
  title: string
  startLine: number
  endLine: number
  /** What stands between the heading and the first heading below it. */
  blocks: Block[]
  children: Section[]
}

/** Sorts blocks under their headings; the document's title, when it has one, becomes the root itself. */
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

/** Whether there is anything to read in a section. */
export const hasText = (section: Section): boolean => section.blocks.length > 0 || section.children.some(hasText)
