import type { Range } from '../../shared/mask.ts'

const BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g
const DASHES = '-----'

/** No key is longer, in characters. */
const LONGEST = 32_768
/** A shorter body is a placeholder. */
const SHORTEST = 64
/** The least share of a body that is base64: between two quoted lines of a key there may also be prose. */
const LEAST_BASE64 = 0.7

/**
 * Finds private keys in PEM form, whether indented, quoted or escaped, and also where the text ends before their last line. Returns the
 * base64 of each, line by line, so that what surrounds it can stay.
 */
export function findPrivateKeys(text: string): Range[][] {
  return [...text.matchAll(BEGIN)].flatMap((begin) => {
    const from = begin.index + begin[0].length
    const dashes = text.indexOf(DASHES, from)
    const body = text.slice(from, Math.min(dashes < 0 ? text.length : dashes, from + LONGEST))
    const lines = linesOf(text.startsWith(`${DASHES}END`, dashes) ? body : beginningOf(body))
    return lines.length > 0 ? [lines.map(([start, end]): Range => [from + start, from + end])] : []
  })
}

function linesOf(body: string): Range[] {
  const all = runsIn(body)
  const first = all.findIndex(isLong)
  const lines = first < 0 ? [] : all.slice(first)
  const long = lengthOf(lines.filter(isLong))
  const visible = body.replaceAll(/\\[nrt]|\s/g, '').length
  return long >= SHORTEST && long >= LEAST_BASE64 * visible ? lines : []
}

/** The lines that belong to a key whose end is missing. */
function beginningOf(body: string): string {
  let length = 0
  for (const line of body.split('\n')) {
    if (line.trim() !== '' && length > 0 && !runsIn(line).some(isLong)) break
    length += line.length + 1
  }
  return body.slice(0, length)
}

/** Runs of base64. An escaped line feed is not part of one. */
const runsIn = (text: string): Range[] =>
  [...text.matchAll(/\\[nrt]|([A-Za-z0-9+/=]{2,})/g)].flatMap(({ index, 1: run }) =>
    run === undefined ? [] : [[index, index + run.length] as Range],
  )

const isLong = ([from, to]: Range): boolean => to - from >= 16
const lengthOf = (ranges: readonly Range[]): number => ranges.reduce((sum, [from, to]) => sum + to - from, 0)
