import { parseJson } from './parse-json.ts'

/** Gives a text without the secrets in it. */
export type Mask = (text: string) => string

/** Shorter secrets are too common to look for. */
const SHORTEST_SECRET = 6
/** A line of a secret, a value inside one, what a cut has left of one: shorter ones stand in other texts by chance. */
const SHORTEST_PART = 8

/**
 * A mask for these secrets: each becomes `***` wherever it stands, as it is, escaped as in JSON or percent-encoded. So does each
 * line of a secret with several lines and, in a secret that is JSON, each value that has the name of a secret. The text may have
 * been cut: what is left of a secret at its start or end is masked too, from eight characters on. A secret in base64 is not found.
 *
 * Mask before you encode or cut: neither half of a secret nor an unknown way to write it can be found afterwards.
 */
export function createMask(secrets: readonly string[]): Mask {
  const forms = [...new Set(secrets.flatMap(partsOf).flatMap(formsOf))]
  return (text) => {
    const ranges = forms.flatMap((form) => [...occurrences(text, form), ...cutOccurrences(text, form)])
    return ranges.length === 0 ? text : replaceRanges(text, ranges)
  }
}

/** All that has to be found of a secret: itself and what is secret by itself in it. */
function partsOf(secret: string): string[] {
  if (secret.length < SHORTEST_SECRET) return []
  const json = parseJson(secret)
  const values = typeof json === 'object' ? secretValues(json) : [secret]
  const parts = [...values, ...values.flatMap(linesOf)].filter(({ length }) => length >= SHORTEST_PART)
  return [secret, ...parts]
}

/** Of a service account's key: the key, not its `type`, its project or the addresses in it. */
function secretValues(json: unknown, isSecret = false): string[] {
  if (typeof json === 'string') return isSecret && !/^https?:/.test(json) ? [json] : []
  if (typeof json !== 'object' || json === null) return []
  return Object.entries(json).flatMap(([name, value]) => secretValues(value, isSecret || isSecretName(name)))
}

const isSecretName = (name: string): boolean =>
  /key|token|secret|password|passphrase|credential/i.test(name) && !/_(type|uri|url)$/i.test(name)

/** Without the first and last line that all keys of a kind have. */
const linesOf = (secret: string): string[] =>
  secret
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => !/^-+(BEGIN|END) [A-Z ]+-+$/.test(line))

/** As programs write a text into their own. */
function formsOf(text: string): string[] {
  const escaped = escapeJson(text)
  const wellFormed = text.toWellFormed()
  const component = encodeURIComponent(wellFormed)
  const strict = component.replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
  const percent = [encodeURI(wellFormed), component, strict, strict.replaceAll('%20', '+')]
  const lowerCase = percent.map((form) => form.replaceAll(/%[\dA-F]{2}/g, (code) => code.toLowerCase()))
  // JSON in JSON: an error of an API in an event of a CLI.
  return [text, escaped, escapeJson(escaped), ...percent, ...lowerCase]
}

const escapeJson = (text: string): string => JSON.stringify(text).slice(1, -1)

/** Where a part of a text starts, and where it has ended. */
type Range = [from: number, to: number]

/** Those that overlap or touch are one range. */
function occurrences(text: string, form: string): Range[] {
  const found: Range[] = []
  for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) {
    const last = found.at(-1)
    if (last && at <= last[1]) last[1] = at + form.length
    else found.push([at, at + form.length])
  }
  return found
}

/** What a cut has left: an end of it at the text's start, a start of it at the text's end, or a middle of it that is all the text. */
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

function replaceRanges(text: string, ranges: Range[]): string {
  let masked = ''
  let done = 0
  for (const [from, to] of ranges.toSorted(([a], [b]) => a - b)) {
    if (from > done || masked === '') masked += `${text.slice(done, from)}***`
    done = Math.max(done, to)
  }
  return masked + text.slice(done)
}
