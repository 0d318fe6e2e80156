import { termsOf } from '../../search/terms.ts'

/** A part of an excerpt, and whether it was looked for. */
export interface Piece {
  text: string
  marked: boolean
}

const LONGEST = 170
const BEFORE = 50

/** The part of a text around the first of the terms, in pieces. Without one, its beginning. */
export function excerptOf(text: string, terms: ReadonlySet<string>): Piece[] {
  const found = termsOf(text).filter(({ term }) => terms.has(term))
  const start = startOf(text, found[0]?.start ?? 0)
  const end = start + LONGEST < text.length ? wordEnd(text, start + LONGEST) : text.length
  const pieces: Piece[] = []
  const add = (part: string, marked: boolean) => part !== '' && pieces.push({ text: part, marked })
  let at = start
  add(start > 0 ? '… ' : '', false)
  for (const term of found) {
    if (term.end <= at || term.start >= end) continue
    const from = Math.max(term.start, at)
    add(text.slice(at, from), false)
    add(text.slice(from, term.end), true)
    at = term.end
  }
  add(text.slice(at, Math.max(at, end)), false)
  add(end < text.length ? ' …' : '', false)
  return pieces
}

function startOf(text: string, match: number): number {
  if (match <= BEFORE) return 0
  const space = text.indexOf(' ', match - BEFORE)
  return space >= 0 && space < match ? space + 1 : match
}

function wordEnd(text: string, from: number): number {
  const space = text.lastIndexOf(' ', from)
  return space > from - 30 ? space : from
}
