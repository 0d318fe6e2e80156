import { jsonrepair } from 'jsonrepair'
import { parseJson } from '../../../shared/parse-json.ts'

export interface FoundJson {
  value: unknown
  /** Its closing bracket is missing. */
  open: boolean
  /** The text ends inside it, and more than its closing brackets is missing. */
  cutOff: boolean
}

/**
 * Finds the JSON objects and arrays in a model's answer that `isWanted` accepts, in order, whatever text surrounds them. Repairs slips
 * such as a trailing comma, an unescaped quote or a missing bracket. Looks inside a value unless it is wanted itself.
 */
export function findJson(text: string, isWanted: (value: unknown) => boolean): FoundJson[] {
  const found: FoundJson[] = []
  let budget = WORK_PER_CHARACTER * text.length + MIN_WORK
  let at = nextBracket(text, 0)
  while (at >= 0 && budget > 0) {
    const slice = sliceFrom(text, at)
    budget -= slice.scanned + slice.json.length
    const value = parseJson(slice.json) ?? unescaped(slice.json) ?? repaired(slice.json)
    const wanted = isWanted(value)
    if (wanted) found.push({ value, open: slice.open, cutOff: slice.cutOff })
    if (wanted && slice.open) break
    at = nextBracket(text, wanted ? at + slice.json.length : at + 1)
  }
  return found
}

/** Bounds the work, in characters read: an answer full of brackets would take quadratic time. */
const WORK_PER_CHARACTER = 10
const MIN_WORK = 100_000

interface Slice {
  json: string
  /** Its closing bracket was not found. */
  open: boolean
  cutOff: boolean
  /** Characters read. */
  scanned: number
}

const nextBracket = (text: string, from: number): number => {
  const offset = text.slice(from).search(/[{[]/)
  return offset < 0 ? -1 : from + offset
}

/** From a bracket to the one that closes it, or else to the last closing bracket in the text. */
function sliceFrom(text: string, start: number): Slice {
  const end = endOf(text, start)
  if (end !== undefined) {
    return { json: text.slice(start, end), open: false, cutOff: false, scanned: end - start }
  }
  const last = Math.max(text.lastIndexOf('}'), text.lastIndexOf(']')) + 1
  // More was to come after a comma, or before anything was closed.
  const cutOff = last <= start || /^\s*,/.test(text.slice(last, last + 100))
  return {
    json: text.slice(start, cutOff ? text.length : last),
    ...{ open: true, cutOff, scanned: text.length - start },
  }
}

function endOf(text: string, start: number): number | undefined {
  let depth = 0
  let quoted = false
  for (let index = start; index < text.length; index++) {
    const character = text[index]
    if (character === '\\') index++
    else if (character === '"') quoted = !quoted
    else if (quoted) continue
    else if (character === '{' || character === '[') depth++
    else if ((character === '}' || character === ']') && --depth === 0) return index + 1
  }
  return undefined
}

/** Reads JSON that the model has escaped as a string. */
function unescaped(json: string): unknown {
  const text = parseJson(`"${json}"`)
  return typeof text === 'string' ? parseJson(text) : undefined
}

function repaired(json: string): unknown {
  try {
    return JSON.parse(jsonrepair(json))
  } catch {
    return undefined
  }
}
