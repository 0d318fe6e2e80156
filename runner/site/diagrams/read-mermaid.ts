import { isClassDiagram, readClassDiagram } from './class-diagram.ts'
import { isEntityDiagram, readEntityDiagram } from './entity-diagram.ts'
import { isFlowchart, readFlowchart } from './flowchart.ts'
import { NotDrawable, type Reading } from './reading.ts'
import { isSequenceDiagram, readSequenceDiagram } from './sequence-diagram.ts'
import { isStateDiagram, readStateDiagram } from './state-diagram.ts'

/** Characters of the longest diagram that is read. */
const LONGEST = 20_000

const KINDS = [
  [isFlowchart, readFlowchart],
  [isStateDiagram, readStateDiagram],
  [isSequenceDiagram, readSequenceDiagram],
  [isClassDiagram, readClassDiagram],
  [isEntityDiagram, readEntityDiagram],
] as const

/**
 * Reads mermaid text; undefined if it is of another kind, or says anything that the drawing would lack. Comments, directives
 * (`%%{init}%%`), styles and links are left out: they say nothing about what is drawn.
 */
export function readMermaid(source: string): Reading | undefined {
  if (source.length > LONGEST) return undefined
  const lines = linesOf(source)
  const [header = ''] = lines
  const [, read] = KINDS.find(([isOfKind]) => isOfKind(header)) ?? []
  try {
    return read?.(lines)
  } catch (error) {
    if (error instanceof NotDrawable) return undefined
    throw error
  }
}

/** Without what says nothing, each with single spaces between its words. */
const linesOf = (source: string): string[] =>
  withoutDirectives(withoutFrontMatter(source))
    .split('\n')
    .map((line) => line.replaceAll(/\s+/g, ' ').trim())
    .filter((line) => line !== '' && !line.startsWith('%%') && !/^acc(?:Title|Descr) ?:/.test(line))

/** YAML with settings, between two lines of dashes. */
function withoutFrontMatter(source: string): string {
  const lines = source.trimStart().split('\n')
  const end = lines.findIndex((line, index) => index > 0 && line.trim() === '---')
  return lines[0]?.trim() === '---' && end > 0 ? lines.slice(end + 1).join('\n') : source
}

/** `%%{…}%%`, which may have several lines. */
function withoutDirectives(source: string): string {
  const [before = '', ...directives] = source.split('%%{')
  return before + directives.map((text) => text.slice(text.includes('}%%') ? text.indexOf('}%%') + 3 : 0)).join('')
}
