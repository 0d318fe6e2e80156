import { indexOfName } from './names.ts'

/** Words after which a name is defined, in the usual languages. */
const DEFINERS = new Set([
  ...['function', 'class', 'interface', 'type', 'enum', 'const', 'let', 'var', 'val', 'def', 'defp', 'defmodule', 'fn'],
  ...['func', 'fun', 'struct', 'trait', 'module', 'namespace', 'mod', 'record', 'object', 'union', 'protocol', 'macro'],
  ...['macro_rules', 'sub', 'define', 'static'],
])
/** Words that may stand before those. */
const MODIFIERS = new Set([
  ...[
    'export',
    'default',
    'declare',
    'abstract',
    'async',
    'public',
    'private',
    'protected',
    'internal',
    'final',
    'pub',
  ],
  ...['override', 'open', 'sealed', 'unsafe', 'extern', 'inline', 'virtual', 'readonly', 'partial', 'data', 'suspend'],
  ...['get', 'set', 'accessor', 'local', 'global'],
])
/** Words that no name is, and that make a call of what looks like a definition. */
const RESERVED = new Set([
  ...['extends', 'implements', 'from', 'return', 'throw', 'await', 'yield', 'new', 'else', 'case', 'in', 'of', 'if'],
  ...['for', 'while', 'switch', 'catch', 'import', 'delete', 'typeof', 'not', 'and', 'or'],
])

/** Only the beginning of a line defines something. */
const BEGINNING = 300

export interface Definition {
  name: string
  /** Other files can use it. */
  isExported: boolean
}

/** The name that a line defines with a word for it (`function`, `class`, `def` …). */
export function definitionIn(line: string): Definition | undefined {
  const words = line.slice(0, BEGINNING).match(/[\p{L}_$][\p{L}\p{N}_$]*|\S/gu) ?? []
  let at = 0
  let definer: string | undefined
  for (; at < words.length; at++) {
    const word = words[at] ?? ''
    if (DEFINERS.has(word)) definer = word
    else if (word === '(' && (words[at - 1] === 'pub' || words[at - 1] === 'func')) at = closing(words, at)
    else if (!MODIFIERS.has(word) && !(definer !== undefined && '*&!'.includes(word)) && word !== '#') break
  }
  const name = words[at] === '{' && definer !== 'type' ? words[at + 1] : words[at]
  if (definer === undefined || name === undefined || !/^[\p{L}_$]/u.test(name) || RESERVED.has(name)) return undefined
  return { name, isExported: words[0] === 'export' || words[0] === 'pub' || words[0] === 'public' }
}

const closing = (words: readonly string[], from: number): number => {
  const end = words.indexOf(')', from)
  return end < 0 ? words.length : end
}

/** Whether a line defines a name without a word for it: a method, a key, a constant, a function in C. */
function definesMember(line: string, name: string): boolean {
  const at = indexOfName(line, name)
  if (at < 0 || at > BEGINNING) return false
  const before = line.slice(0, at).trim()
  const after = line.slice(at + name.length, at + name.length + BEGINNING).trimStart()
  const words = before.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? []
  const isBare = /^["'`]?$/.test(before) || words.every((word) => MODIFIERS.has(word) || DEFINERS.has(word))
  const opensBody = /^[(<]/.test(after) && /[{:]\s?$/.test(line.slice(-2))
  if (isBare && (/^["'`]?\??:(?!:)/.test(after) || /^["'`]?\s{0,9}=(?![=>])/.test(after) || opensBody)) return true
  if (/\.$/.test(before) && !/\s/.test(before)) return /^=(?![=>])/.test(after)
  const isTyped = words.length > 0 && /^[\p{L}\p{N}_$\s*&<>:,[\]]+$/u.test(before)
  return isTyped && !words.some((word) => RESERVED.has(word)) && after.startsWith('(') && line.trimEnd().endsWith('{')
}

/** Where a name stands in a file: the indexes of the lines that define it, with a word for that or without, and of all. */
export interface NamePlaces {
  defined: number[]
  members: number[]
  all: number[]
}

/** More lines with one name say nothing about where it belongs. */
const MOST_LINES = 1_000

export function placesOf(name: string, lines: readonly string[]): NamePlaces {
  const places: NamePlaces = { defined: [], members: [], all: [] }
  for (const [index, line] of lines.entries()) {
    if (!line.includes(name) || indexOfName(line, name) < 0) continue
    places.all.push(index)
    if (definitionIn(line)?.name === name) places.defined.push(index)
    else if (definesMember(line, name)) places.members.push(index)
    if (places.all.length >= MOST_LINES) break
  }
  return places
}

/** The one line where a name belongs: where it is defined, or else the only line that has it; undefined if there are several. */
export function homeOf(name: string, lines: readonly string[]): number | undefined {
  const { defined, members, all } = placesOf(name, lines)
  const outermost = defined.filter((index) => !/^\s/.test(lines[index] ?? ''))
  for (const places of [outermost, defined, members, all]) {
    if (places.length === 1) return places[0]
    if (places.length > 1) return undefined
  }
  return undefined
}
