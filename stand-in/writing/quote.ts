import type { Data } from 'mdast'
import { docUrl } from '../clone/documents.ts'
import type { Section } from '../clone/sections.ts'
import { type Block, emphasis, heading, paragraph } from './nodes.ts'
import { cite } from './sources.ts'

/**
 * Quotes a section of a document: its heading at `depth`, its source, its text, and its subsections. Anything beyond `maxLines` is
 * replaced with a link.
 */
export function quoteSection(section: Section, depth: number, maxLines = 200): Block[] {
  return [headingOf(section, depth), ...quoteBody(section, depth, maxLines)]
}

/** The same without the heading. */
export function quoteBody(section: Section, depth: number, maxLines = 200): Block[] {
  const blocks = flatten(section, depth)
  const fits = (block: Block) => (block.position?.end.line ?? 0) - section.startLine <= maxLines
  const cut = blocks.findIndex((block) => !fits(block))
  const kept = cut === -1 ? blocks : blocks.slice(0, Math.max(cut, 1))
  const rest = cut === -1 ? undefined : blocks[kept.length]?.position?.start.line
  return [
    origin(section),
    ...kept,
    ...(rest ? [paragraph('This continues in ', cite(section.file, rest, section.endLine), '.')] : []),
  ]
}

/** The text before the first heading in a section, with its source; empty when there is none. */
export function quoteLead(section: Section): Block[] {
  const last = section.blocks.at(-1)?.position?.end.line
  return last ? [origin({ ...section, endLine: last }), ...section.blocks] : []
}

const origin = ({ file, startLine, endLine }: Section) =>
  paragraph(emphasis('From ', cite(file, startLine, endLine), ':'))

const flatten = (section: Section, depth: number): Block[] => [
  ...section.blocks,
  ...section.children.flatMap((child) => [
    headingOf(child, depth + 1),
    // Each of a page's own sections names its source.
    ...(depth === 1 ? [{ ...origin(child), position: lineOf(child.startLine) }] : []),
    ...flatten(child, depth + 1),
  ]),
]

/** Remembers which heading of a document it is, so that links lead to it. */
const headingOf = ({ file, title, anchor, startLine }: Section, depth: number): Block => ({
  ...heading(depth, title),
  position: lineOf(startLine),
  data: { origin: docUrl(file.path, anchor) } as Data,
})

const lineOf = (line: number) => ({ start: { line, column: 1 }, end: { line, column: 1 } })
