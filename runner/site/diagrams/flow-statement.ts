import { readLabel } from './labels.ts'
import { NotDrawable } from './reading.ts'

/** A shape, by the signs around a label: how the author writes it, and how the library reads it. */
export interface Shape {
  open: string
  close: string
}

export interface FlowNode {
  id: string
  label?: string
  shape?: Shape
}

export interface FlowEdge {
  from: string
  to: string
  label: string
  /** The arrow as the library reads it; undefined for one that is only there for the layout. */
  arrow: string | undefined
}

/** The nodes that a statement names, and its edges. */
export interface FlowStatement {
  nodes: FlowNode[]
  edges: FlowEdge[]
}

/**
 * Reads a line of a flowchart with nodes and arrows: `A[One] & B -->|label| C --- D`.
 *
 * @throws NotDrawable for a line that isn't understood to its end
 */
export function readStatements(line: string): FlowStatement {
  const source = new Source(line)
  const statement: FlowStatement = { nodes: [], edges: [] }
  do {
    let from = readGroup(source)
    statement.nodes.push(...from)
    for (let arrow = readArrow(source); arrow; arrow = readArrow(source)) {
      const to = readGroup(source)
      statement.nodes.push(...to)
      if (from.length * to.length > MOST_AT_ONCE) throw new NotDrawable('an arrow stands for too many')
      const { label, arrow: written } = arrow
      statement.edges.push(
        ...from.flatMap((one) => to.map((other) => ({ from: one.id, to: other.id, label, arrow: written }))),
      )
      from = to
    }
  } while (source.takeText(';') && !source.isAtEnd())
  if (!source.isAtEnd()) throw new NotDrawable(`not understood: ${line}`)
  return statement
}

/** Edges that one arrow between groups of nodes may stand for. */
const MOST_AT_ONCE = 100

/** A line that is read from left to right. Spaces between its parts don't count. */
class Source {
  #at = 0
  readonly #line: string
  constructor(line: string) {
    this.#line = line
  }

  isAtEnd(): boolean {
    return this.#skip().#at === this.#line.length
  }

  takeText(text: string): boolean {
    const found = this.#skip().#line.startsWith(text, this.#at)
    if (found) this.#at += text.length
    return found
  }

  /** Takes what matches the sticky pattern here. */
  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#skip().#at
    const [found] = pattern.exec(this.#line) ?? []
    if (found !== undefined) this.#at += found.length
    return found
  }

  /** Takes everything up to the first of these, and that. */
  takeUntil(ends: readonly string[]): { text: string; end: string } | undefined {
    const found = ends
      .map((end) => ({ end, at: this.#line.indexOf(end, this.#at) }))
      .filter(({ at }) => at >= 0)
      .toSorted((a, b) => a.at - b.at)[0]
    if (!found) return undefined
    const text = this.#line.slice(this.#at, found.at)
    this.#at = found.at + found.end.length
    return { text, end: found.end }
  }

  /** Goes back to where `attempt` began if it finds nothing. */
  try<Found>(attempt: () => Found | undefined): Found | undefined {
    const before = this.#at
    const found = attempt()
    if (found === undefined) this.#at = before
    return found
  }

  #skip(): this {
    while (this.#line[this.#at] === ' ') this.#at++
    return this
  }
}

function readGroup(source: Source): FlowNode[] {
  const nodes = [readNode(source)]
  while (source.takeText('&')) nodes.push(readNode(source))
  return nodes
}

/** A dash or a dot is part of a name only before a letter: `a-->b` has two names, `us-east` is one. */
const NAME = /[\p{L}\p{N}_]+(?:[-.][\p{L}\p{N}_]+)*/uy

function readNode(source: Source): FlowNode {
  const id = source.take(NAME)
  if (id === undefined || id.toLowerCase() === 'end') throw new NotDrawable('a node has no name')
  const shaped = source.try(() => readShape(source))
  source.take(/:::[\w-]+/y)
  return { id, ...shaped }
}

function readShape(source: Source): Omit<FlowNode, 'id'> | undefined {
  for (const [open, ends] of SHAPES) {
    const shaped = source.try(() => {
      if (!source.takeText(open)) return undefined
      const quoted = source.take(/"[^"]*"/y)
      const rest = source.takeUntil([...ends.keys()])
      if (!rest || (quoted === undefined ? /"|-->/.test(rest.text) : rest.text.trim() !== '')) return undefined
      return { label: readLabel(quoted ?? rest.text), shape: ends.get(rest.end) ?? RECTANGLE }
    })
    if (shaped) return shaped
  }
  return undefined
}

export const RECTANGLE: Shape = { open: '[', close: ']' }

const sameShape = (open: string, close: string) => [open, new Map([[close, { open, close }]])] as const

/** By how they begin, longest first, then by how they end. The library has no parallelograms. */
const SHAPES: readonly (readonly [string, ReadonlyMap<string, Shape>])[] = [
  sameShape('(((', ')))'),
  sameShape('([', '])'),
  sameShape('((', '))'),
  sameShape('[[', ']]'),
  sameShape('[(', ')]'),
  [
    '[/',
    new Map([
      ['\\]', { open: '[/', close: '\\]' }],
      ['/]', RECTANGLE],
    ]),
  ],
  [
    '[\\',
    new Map([
      ['/]', { open: '[\\', close: '/]' }],
      ['\\]', RECTANGLE],
    ]),
  ],
  sameShape('{{', '}}'),
  sameShape('[', ']'),
  sameShape('(', ')'),
  sameShape('{', '}'),
  sameShape('>', ']'),
]

function readArrow(source: Source): { label: string; arrow: string | undefined } | undefined {
  const start = source.takeText('<') ? '<' : ''
  for (const { plain, begin, end, arrow, line } of ARROWS) {
    const whole = source.take(plain)
    if (whole !== undefined) return { label: readPipes(source), arrow: start + (whole.endsWith('>') ? arrow : line) }
    if (source.take(begin) === undefined) continue
    const label = source.takeUntil(end)
    if (!label) throw new NotDrawable('an arrow has no end')
    const written = source.take(/[-=]*>|[-=]*(?![xo])/y)
    if (written === undefined) throw new NotDrawable('an arrow has an end of another kind')
    return { label: readLabel(label.text), arrow: start + (written.endsWith('>') ? arrow : line) }
  }
  if (start === '' && source.take(/~{3,}/y) !== undefined) return { label: readPipes(source), arrow: undefined }
  if (start !== '') throw new NotDrawable('an arrow has no line')
  return undefined
}

/** `plain` is an arrow without a label in it; `begin` and `end` stand around a label. */
const ARROWS = [
  { plain: /-{2,}>|-{3,}(?![-xo>])/y, begin: /--(?![-.=>]|[xo]\s)/y, end: ['--'], arrow: '-->', line: '---' },
  { plain: /-\.+->|-\.+-(?![-xo>])/y, begin: /-\.(?![-.=>]|[xo]\s)/y, end: ['.-'], arrow: '-.->', line: '-.-' },
  { plain: /={2,}>|={3,}(?![=xo>])/y, begin: /==(?![-.=>]|[xo]\s)/y, end: ['=='], arrow: '==>', line: '===' },
]

function readPipes(source: Source): string {
  if (!source.takeText('|')) return ''
  const quoted = source.take(/"[^"]*"/y)
  const rest = source.takeUntil(['|'])
  if (!rest || (quoted !== undefined && rest.text.trim() !== '')) throw new NotDrawable('a label has no end')
  return readLabel(quoted ?? rest.text)
}
