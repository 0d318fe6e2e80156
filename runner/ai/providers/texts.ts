import type { LineVerdict } from '../../process/spawn-group.ts'

/** What a model says in one call, split at its tool calls. */
export interface Texts {
  /** Appends to the current text. */
  add(text: string): LineVerdict
  /** Ends the current text: a tool was called. */
  next(): void
  /** The last text, which may be empty, and those before it, if any. */
  all(): { text: string; earlier?: string[] }
  /** For a failed call: every text, if there is any. */
  said(): { said?: string[] }
}

/**
 * Collects texts. The last one is usually the answer; the earlier ones are kept in case it isn't, the latest of them up to the length
 * of one answer.
 */
export function collectTexts(clean = (text: string) => text): Texts {
  const earlier: string[] = []
  let last = ''
  return {
    add(text) {
      last += text
      return verdictOn(last)
    },
    next() {
      if (!last.trim()) return
      earlier.push(last)
      last = ''
      let total = earlier.reduce((sum, { length }) => sum + length, 0)
      while (total > MAX_ANSWER) total -= earlier.shift()?.length ?? total
    },
    all() {
      const text = clean(last).trim()
      return earlier.length > 0 ? { text, earlier: earlier.map((each) => clean(each).trim()) } : { text }
    },
    said() {
      const said = [...earlier, last].map((text) => clean(text).trim()).filter(Boolean)
      return said.length > 0 ? { said } : {}
    },
  }
}

/** In characters; no useful answer is longer. */
const MAX_ANSWER = 2 * 1024 * 1024

/** The verdict on a line that brings the answer to this text. */
export const verdictOn = (answer: string): LineVerdict =>
  answer.length <= MAX_ANSWER
    ? 'useful'
    : { end: 'flood', reason: `its answer is longer than ${MAX_ANSWER.toLocaleString('en-US')} characters` }
