/** Whether a text of 12 characters or more looks generated: mixed letters and digits, few words, few repetitions. */
export function looksRandom(text: string): boolean {
  if (text.length < 12 || text.length > 4_096 || !/[A-Za-z]/.test(text) || new Set(text).size < 8) return false
  const least = /\d/.test(text) ? LEAST_CHANGES : LEAST_CHANGES_WITHOUT_DIGITS
  return changes(text) >= least * text.length && !isWordy(text)
}

/** Shares of the text's length. Of random text in 16, 36 or 62 characters, 1 in 200 or fewer are outside. */
const LEAST_CHANGES = 0.22
const LEAST_CHANGES_WITHOUT_DIGITS = 0.35
const MOST_WORDS = 0.55

/** How often the kind of character changes. */
function changes(text: string): number {
  let count = 0
  for (let at = 1; at < text.length; at++) if (kindOf(text[at]) !== kindOf(text[at - 1])) count++
  return count
}

function kindOf(character = ''): number {
  if (character >= '0' && character <= '9') return 0
  if (character >= 'a' && character <= 'z') return 1
  return character >= 'A' && character <= 'Z' ? 2 : 3
}

/** Whether it is mostly words: runs of letters with a vowel. */
const isWordy = (text: string): boolean =>
  [...text.matchAll(/[A-Z]?[a-z]{4,}|[A-Z]{5,}/g)]
    .filter(([run]) => /[aeiou]/i.test(run))
    .reduce((sum, [run]) => sum + run.length, 0) >
  MOST_WORDS * text.length

/** Whether a text only shows where a secret goes. Real secrets contain none of this, except by a very rare chance. */
export const isPlaceholder = (text: string): boolean =>
  new Set(text).size < 6 || /[<>{}$…]|\.{3}|\*{3}|x{4}|0{6}/i.test(text) || WORDS.test(text)

const WORDS = /example|sample|placeholder|dummy|your|change[-_]?me|replace|redacted|insert|goes[-_]?here|fake/i

export const isUuid = (text: string): boolean => /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text)
