import { parseJson } from './parse-json.ts'

/** Returns a text with its secrets masked. */
export type Mask = (text: string) => string

/** Shorter secrets match too much ordinary text. */
const SHORTEST_SECRET = 6
/** For a line of a secret, a value inside it, or what truncation left of it: shorter parts occur in other text by chance. */
const SHORTEST_PART = 8

/**
 * Creates a mask that replaces each secret with `***`, whether it appears literally, JSON-escaped or percent-encoded. The same goes
 * for each line of a multi-line secret and, if a secret is JSON, for each value whose name sounds secret. Text may be truncated:
 * partial secrets of eight characters or more at its start or end are masked too. Secrets in base64 are not found.
 *
 * Mask before encoding or truncating: short fragments and other encodings cannot be recognised afterwards.
 */
export function createMask(secrets: readonly string[]): Mask {
  const find = createFinder(secrets)
  return (text) => replaceRanges(text, find(text), '***')
}

/** A part of a text: from this index, up to that one. */
export type Range = [from: number, to: number]

/** Finds what {@link createMask} masks; ranges may overlap. */
export function createFinder(secrets: readonly string[]): (text: string) => Range[] {
  const forms = [...new Set(secrets.flatMap(partsOf).flatMap(formsOf))]
  return (text) => forms.flatMap((form) => [...occurrences(text, form), ...cutOccurrences(text, form)])
}

/** Replaces each range; those that overlap or touch, as one. */
export function replaceRanges(text: string, ranges: readonly Range[], by: string): string {
  if (ranges.length === 0) return text
  let replaced = ''
  let done = 0
  for (const [from, to] of ranges.toSorted(([a], [b]) => a - b)) {
    if (from > done || replaced === '') replaced += text.slice(done, from) + by
    done = Math.max(done, to)
  }
  return replaced + text.slice(done)
}

/** The secret itself, and the parts of it that are secret on their own. */
function partsOf(secret: string): string[] {
  if (secret.length < SHORTEST_SECRET) return []
  const json = parseJson(secret)
  const values = typeof json === 'object' ? secretValues(json) : [secret]
  const parts = [...values, ...values.flatMap(linesOf)].filter(({ length }) => length >= SHORTEST_PART)
  return [secret, ...parts]
}

/** For a service account's JSON this is the key, not its `type`, project or URLs. */
function secretValues(json: unknown, isSecret = false): string[] {
  if (typeof json === 'string') return isSecret && !/^https?:/.test(json) ? [json] : []
  if (typeof json !== 'object' || json === null) return []
  return Object.entries(json).flatMap(([name, value]) => secretValues(value, isSecret || isSecretName(name)))
}

const isSecretName = (name: string): boolean =>
  /key|token|secret|password|passphrase|credential/i.test(name) && !/_(type|uri|url)$/i.test(name)

/** Without the BEGIN and END lines, which are the same in every key. */
const linesOf = (secret: string): string[] =>
  secret
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => !/^-+(BEGIN|END) [A-Z ]+-+$/.test(line))

/** The ways in which programs encode a string in their output. */
function formsOf(text: string): string[] {
  const escaped = escapeJson(text)
  const wellFormed = text.toWellFormed()
  const component = encodeURIComponent(wellFormed)
  const strict = component.replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
  const percent = [encodeURI(wellFormed), component, strict, strict.replaceAll('%20', '+')]
  const lowerCase = percent.map((form) => form.replaceAll(/%[\dA-F]{2}/g, (code) => code.toLowerCase()))
  // Escaped twice: an API error in a CLI's JSON event.
  return [text, escaped, escapeJson(escaped), ...percent, ...lowerCase]
}

const escapeJson = (text: string): string => JSON.stringify(text).slice(1, -1)

/** Every occurrence; those that overlap or touch are merged. */
function occurrences(text: string, form: string): Range[] {
  const found: Range[] = []
  for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) {
    const last = found.at(-1)
    if (last && at <= last[1]) last[1] = at + form.length
    else found.push([at, at + form.length])
  }
  return found
}

/** Partial occurrences in truncated text: a tail at its start, a head at its end, or a fragment that is the whole text. */
function cutOccurrences(text: string, form: string): Range[] {
  if (text.length < SHORTEST_PART) return []
  const found: Range[] = []
  const [first, last] = [text.slice(0, SHORTEST_PART), text.slice(-SHORTEST_PART)]
  for (let at = form.indexOf(first); at >= 0; at = form.indexOf(first, at + 1)) {
    const left = form.slice(at)
    if (text.startsWith(left)) found.push([0, left.length])
    else if (left.startsWith(text)) found.push([0, text.length])
  }
  for (let at = form.indexOf(last); at >= 0; at = form.indexOf(last, at + 1)) {
    const left = form.slice(0, at + SHORTEST_PART)
    if (text.endsWith(left)) found.push([text.length - left.length, text.length])
  }
  return found
}
