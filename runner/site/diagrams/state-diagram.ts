import { readLabel, shield, wrap } from './labels.ts'
import { limitSize, NotDrawable, type Reading } from './reading.ts'

/** Characters of a line in a state, and beside an arrow. */
const STATE_LINE = 32
const EDGE_LINE = 24

const HEADER = /^stateDiagram(?:-v2)?$/

export const isStateDiagram = (header: string): boolean => HEADER.test(header)

/** Statements that only say how it looks. */
const STYLE = /^(?:classDef|class|style|scale|hide empty description)\b/

/**
 * Reads a state diagram. A state may be described after it is first named.
 *
 * @throws NotDrawable for what the drawing would lack, such as notes and forks
 */
export function readStateDiagram([, ...lines]: readonly string[]): Reading {
  const statements = lines.filter((line) => !STYLE.test(line)).map(readStatement)
  const states = new States(statements)
  const text = statements.flatMap((statement) => states.write(statement))
  const transitions = statements.filter((statement) => statement.kind === 'transition')
  limitSize(states.names.length, transitions.length)
  if (states.open !== 0 || states.names.length === 0) throw new NotDrawable('a state has no end')
  return {
    kind: 'State diagram',
    text: ['stateDiagram-v2', ...text].join('\n'),
    names: states.names,
    labels: [...states.names, ...transitions.map(({ label }) => label)],
    connections: transitions.length,
  }
}

type Statement =
  | { kind: 'direction'; direction: string }
  | { kind: 'transition'; from: string; to: string; label: string }
  | { kind: 'state'; id: string; label: string | undefined; opens: boolean }
  | { kind: 'end' }

function readStatement(line: string): Statement {
  const [, direction] = /^direction (TB|TD|LR|RL|BT)$/.exec(line) ?? []
  if (direction !== undefined) return { kind: 'direction', direction }
  if (line === '}') return { kind: 'end' }
  const [, label, id, brace] = /^state (?:"([^"]*)" as )?([\p{L}\p{N}_]+) ?(\{?)$/u.exec(line) ?? []
  if (id !== undefined) return { kind: 'state', id, label: label && readLabel(label), opens: brace === '{' }
  return readTransition(line) ?? readDescription(line)
}

function readTransition(line: string): Statement | undefined {
  const at = line.indexOf('-->')
  if (at < 0) return undefined
  const [, to = '', label = ''] = /^ ?([^ :]+) ?(?::(?!:)(.*))?$/s.exec(line.slice(at + 3).replace(CLASS, '')) ?? []
  return { kind: 'transition', from: nameOf(line.slice(0, at).trim()), to: nameOf(to), label: readLabel(label) }
}

function readDescription(line: string): Statement {
  const [, id = '', label] = /^([^ :]+) ?(?::(.*))?$/s.exec(line.replace(CLASS, '')) ?? []
  return { kind: 'state', id: nameOf(id), label: label && readLabel(label), opens: false }
}

const CLASS = /:::\w+/
const START_OR_END = '[*]'

function nameOf(written: string): string {
  const name = written.replace(CLASS, '')
  if (name !== START_OR_END && !/^[\p{L}\p{N}_][\p{L}\p{N}_-]*$/u.test(name))
    throw new NotDrawable(`not a state: ${written}`)
  return name
}

/** Writes statements for the library, which takes a state's label only where it first names the state. */
class States {
  /** States with others inside. */
  readonly #composite: ReadonlySet<string>
  readonly #labels = new Map<string, string>()
  readonly #numbers = new Map<string, string>()
  readonly #written = new Set<string>()
  open = 0

  constructor(statements: readonly Statement[]) {
    const described = statements.filter((statement) => statement.kind === 'state')
    this.#composite = new Set(described.filter(({ opens }) => opens).map(({ id }) => id))
    for (const { id, label } of described) {
      const before = this.#labels.get(id)
      if (label !== undefined) this.#labels.set(id, before === undefined ? label : `${before}\n${label}`)
    }
  }

  get names(): string[] {
    return [...this.#numbers.keys()].map((id) => this.#labelOf(id))
  }

  write(statement: Statement): string[] {
    switch (statement.kind) {
      case 'direction':
        return [`direction ${statement.direction}`]
      case 'end':
        if (--this.open < 0) throw new NotDrawable('an end without a state')
        return ['}']
      case 'transition': {
        const { from, to, label } = statement
        const after = label === '' ? '' : ` : ${shield(wrap(label, EDGE_LINE))}`
        return [...this.#declare(from), ...this.#declare(to), `${this.#number(from)} --> ${this.#number(to)}${after}`]
      }
      case 'state':
        return statement.opens ? this.#begin(statement.id) : this.#declare(statement.id)
    }
  }

  #begin(id: string): string[] {
    if (++this.open > MOST_NESTED || this.#written.has(id)) throw new NotDrawable(`state ${id}`)
    this.#written.add(id)
    return [`state "${shield(this.#labelOf(id))}" as ${this.#number(id)} {`]
  }

  /** The library notes where a state is named, so it is written each time. */
  #declare(id: string): string[] {
    if (id === START_OR_END || this.#composite.has(id)) return []
    return [`state "${shield(wrap(this.#labelOf(id), STATE_LINE))}" as ${this.#number(id)}`]
  }

  #labelOf(id: string): string {
    return this.#labels.get(id) ?? id
  }

  #number(id: string): string {
    if (id === START_OR_END) return id
    const number = this.#numbers.get(id) ?? `s${this.#numbers.size}`
    this.#numbers.set(id, number)
    return number
  }
}

const MOST_NESTED = 8
