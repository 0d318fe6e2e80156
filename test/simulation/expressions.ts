/** A value as DynamoDB's document client accepts and returns it. */
export type Value = string | number | boolean | null | Value[] | { [name: string]: Value }
export type Item = Record<string, Value>

/** What an expression's placeholders stand for. */
export interface Bindings {
  names: Record<string, string>
  values: Record<string, unknown>
}

/** An invalid request. */
export class InvalidRequest extends Error {}

/** A valid request whose operands do not fit the item. */
export class InvalidOperand extends InvalidRequest {}

type Read = (item: Item, bindings: Bindings) => Value | undefined
type Test = (item: Item, bindings: Bindings) => boolean
type Change = (item: Item, before: Item, bindings: Bindings) => void

/** A deep copy, so that stored items and replies share nothing. */
export function copy<Copied>(value: Copied): Copied {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(copy) as Copied
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, copy(entry)])) as Copied
}

const conditions = new Map<string, Test>()
const updates = new Map<string, Change[]>()

function once<Parsed>(parsed: Map<string, Parsed>, text: string, parse: (tokens: Tokens) => Parsed): Parsed {
  const known = parsed.get(text)
  if (known) return known
  const tokens = new Tokens(text)
  const result = parse(tokens)
  if (tokens.peek() !== undefined) throw new InvalidRequest(`Syntax error at '${tokens.peek()}' in ${text}`)
  parsed.set(text, result)
  return result
}

/** Whether an item meets a condition, filter or key condition. */
export const conditionHolds = (text: string, item: Item, bindings: Bindings): boolean =>
  once(conditions, text, disjunction)(item, bindings)

/** The item after an update expression. Operands are read from the item before the update. */
export function updated(text: string, before: Item, bindings: Bindings): Item {
  const item = copy(before)
  for (const change of once(updates, text, updateClauses)) change(item, before, bindings)
  return item
}

class Tokens {
  readonly #tokens: string[]
  #next = 0

  constructor(text: string) {
    this.#tokens = text.match(/<>|<=|>=|[=<>(),+-]|[#:]?[A-Za-z_][\w]*|\S/g) ?? []
  }

  peek = (): string | undefined => this.#tokens[this.#next]

  take(): string {
    const token = this.#tokens[this.#next++]
    if (token === undefined) throw new InvalidRequest('Syntax error: the expression ends too early')
    return token
  }

  takeIf(wanted: string): boolean {
    if (this.peek()?.toUpperCase() !== wanted) return false
    this.#next++
    return true
  }

  expect(wanted: string): void {
    if (!this.takeIf(wanted)) throw new InvalidRequest(`Syntax error: '${this.peek()}' instead of '${wanted}'`)
  }
}

function disjunction(tokens: Tokens): Test {
  let left = conjunction(tokens)
  while (tokens.takeIf('OR')) left = either(left, conjunction(tokens))
  return left
}

function conjunction(tokens: Tokens): Test {
  let left = negation(tokens)
  while (tokens.takeIf('AND')) left = both(left, negation(tokens))
  return left
}

const either =
  (left: Test, right: Test): Test =>
  (item, bindings) =>
    left(item, bindings) || right(item, bindings)

const both =
  (left: Test, right: Test): Test =>
  (item, bindings) =>
    left(item, bindings) && right(item, bindings)

function negation(tokens: Tokens): Test {
  if (tokens.takeIf('NOT')) {
    const inner = negation(tokens)
    return (item, bindings) => !inner(item, bindings)
  }
  if (tokens.takeIf('(')) {
    const inner = disjunction(tokens)
    tokens.expect(')')
    return inner
  }
  return predicate(tokens)
}

function predicate(tokens: Tokens): Test {
  const word = tokens.take()
  const call = word.toLowerCase()
  if (call === 'attribute_exists' || call === 'attribute_not_exists') {
    const [path] = list(tokens, tokens.peek() === '(')
    if (!path) throw new InvalidRequest(`${call} needs an attribute`)
    return (item, bindings) => (path(item, bindings) === undefined) === (call === 'attribute_not_exists')
  }
  if (call === 'begins_with' || call === 'contains') {
    const [left, right] = list(tokens, true)
    if (!left || !right) throw new InvalidRequest(`${call} needs two operands`)
    return (item, bindings) => textTest(call, left(item, bindings), right(item, bindings))
  }
  return comparison(operand(word, tokens), tokens)
}

function textTest(call: string, left: Value | undefined, right: Value | undefined): boolean {
  if (call === 'contains' && Array.isArray(left)) return left.some((entry) => equal(entry, right))
  if (typeof left !== 'string' || typeof right !== 'string') return false
  return call === 'begins_with' ? left.startsWith(right) : left.includes(right)
}

function comparison(left: Read, tokens: Tokens): Test {
  const operator = tokens.take().toUpperCase()
  if (operator === 'BETWEEN') {
    const low = operand(tokens.take(), tokens)
    tokens.expect('AND')
    const high = operand(tokens.take(), tokens)
    return (item, bindings) => {
      const [value, from, to] = [left(item, bindings), low(item, bindings), high(item, bindings)]
      return compare('>=', value, from) && compare('<=', value, to)
    }
  }
  if (operator === 'IN') {
    const options = list(tokens, true)
    return (item, bindings) => {
      const value = left(item, bindings)
      return options.map((option) => option(item, bindings)).some((option) => compare('=', value, option))
    }
  }
  const right = operand(tokens.take(), tokens)
  if (!/^(=|<>|<|<=|>|>=)$/.test(operator)) throw new InvalidRequest(`Syntax error: '${operator}' is not a comparator`)
  return (item, bindings) => {
    const [a, b] = [left(item, bindings), right(item, bindings)]
    return compare(operator, a, b)
  }
}

/** A missing attribute equals nothing, and so differs from everything. */
function compare(operator: string, a: Value | undefined, b: Value | undefined): boolean {
  if (operator === '<>') return a === undefined || b === undefined || !equal(a, b)
  if (a === undefined || b === undefined) return false
  if (operator === '=') return equal(a, b)
  const ordered = (typeof a === 'string' && typeof b === 'string') || (typeof a === 'number' && typeof b === 'number')
  if (!ordered) return false
  const order = typeof a === 'string' ? Buffer.compare(Buffer.from(a), Buffer.from(String(b))) : a - Number(b)
  if (operator === '<') return order < 0
  if (operator === '<=') return order <= 0
  return operator === '>' ? order > 0 : order >= 0
}

export function equal(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const [left, right] = [Object.entries(a), b as Record<string, Value>]
  return left.length === Object.keys(b).length && left.every(([name, value]) => equal(value, right[name]))
}

/** Operands in parentheses, separated by commas. */
function list(tokens: Tokens, open: boolean): Read[] {
  if (open) tokens.expect('(')
  const operands = [operand(tokens.take(), tokens)]
  while (tokens.takeIf(',')) operands.push(operand(tokens.take(), tokens))
  tokens.expect(')')
  return operands
}

function operand(word: string, tokens: Tokens): Read {
  const call = word.toLowerCase()
  if (tokens.peek() === '(' && call === 'size') {
    const [path] = list(tokens, true)
    return (item, bindings) => sizeOf(path?.(item, bindings))
  }
  if (tokens.peek() === '(' && call === 'if_not_exists') {
    const [path, otherwise] = list(tokens, true)
    return (item, bindings) => {
      const [present, fallback] = [path?.(item, bindings), otherwise?.(item, bindings)]
      return present === undefined ? fallback : present
    }
  }
  if (tokens.peek() === '(' && call === 'list_append') {
    const [front, back] = list(tokens, true)
    return (item, bindings) => appended(front?.(item, bindings), back?.(item, bindings))
  }
  if (word.startsWith(':')) return (_item, bindings) => boundValue(word, bindings)
  if (!/^#?[A-Za-z_]\w*$/.test(word)) throw new InvalidRequest(`Syntax error: '${word}' is not an operand`)
  return (item, bindings) => item[boundName(word, bindings)]
}

function appended(front: Value | undefined, back: Value | undefined): Value[] {
  if (!Array.isArray(front) || !Array.isArray(back)) throw new InvalidOperand('list_append needs two lists')
  return [...front, ...back]
}

const sizeOf = (value: Value | undefined): number | undefined =>
  typeof value === 'string' ? Buffer.byteLength(value) : Array.isArray(value) ? value.length : undefined

function boundValue(placeholder: string, { values }: Bindings): Value {
  const value = values[placeholder]
  if (value === undefined) throw new InvalidRequest(`${placeholder} is not defined`)
  return value as Value
}

function boundName(word: string, { names }: Bindings): string {
  if (!word.startsWith('#')) return word
  const name = names[word]
  if (name === undefined) throw new InvalidRequest(`${word} is not defined`)
  return name
}

function updateClauses(tokens: Tokens): Change[] {
  const changes: Change[] = []
  while (tokens.peek() !== undefined) {
    const clause = tokens.take().toUpperCase()
    if (!/^(SET|REMOVE|ADD)$/.test(clause)) throw new InvalidRequest(`Syntax error: '${clause}' is not a clause`)
    do changes.push(clause === 'SET' ? assignment(tokens) : clause === 'REMOVE' ? removal(tokens) : addition(tokens))
    while (tokens.takeIf(','))
  }
  return changes
}

function assignment(tokens: Tokens): Change {
  const target = tokens.take()
  tokens.expect('=')
  const read = sum(tokens)
  return (item, before, bindings) => {
    const value = read(before, bindings)
    if (value === undefined) throw new InvalidOperand('An operand in the update expression has no value')
    item[boundName(target, bindings)] = copy(value)
  }
}

function sum(tokens: Tokens): Read {
  const left = operand(tokens.take(), tokens)
  const sign = tokens.takeIf('+') ? 1 : tokens.takeIf('-') ? -1 : 0
  if (sign === 0) return left
  const right = operand(tokens.take(), tokens)
  return (item, bindings) => {
    const [a, b] = [left(item, bindings), right(item, bindings)]
    if (typeof a !== 'number' || typeof b !== 'number') throw new InvalidOperand('An operand has the wrong type')
    return a + sign * b
  }
}

function removal(tokens: Tokens): Change {
  const target = tokens.take()
  return (item, _before, bindings) => {
    delete item[boundName(target, bindings)]
  }
}

function addition(tokens: Tokens): Change {
  const target = tokens.take()
  const amount = operand(tokens.take(), tokens)
  return (item, before, bindings) => {
    const name = boundName(target, bindings)
    const [present = 0, more] = [before[name], amount(before, bindings)]
    if (typeof present !== 'number' || typeof more !== 'number') throw new InvalidOperand('ADD needs numbers')
    item[name] = present + more
  }
}
