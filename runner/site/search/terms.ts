/** A word of a text, in the form that is compared. */
export interface Term {
  term: string
  start: number
  end: number
}

/**
 * The terms of a text to be found: its words in lower case and without accents, the parts of `camelCase` and `snake_case`, and pairs of
 * characters where a script has no spaces between words. The index and the queries use the same terms, in any process.
 */
export function termsOf(text: string): Term[] {
  const terms: Term[] = []
  for (const match of text.matchAll(WORDS)) {
    const [word] = match
    if (UNSPACED.test(word)) terms.push(...pairsOf(word, match.index))
    else {
      terms.push({ term: plain(word), start: match.index, end: match.index + word.length })
      terms.push(...partsOf(word, match.index))
    }
  }
  return terms
}

/** The terms of a query, all of which a result should have. Single characters of the last word count only if there is nothing else. */
export function queryTermsOf(query: string): string[] {
  const terms: string[] = []
  for (const [word] of query.matchAll(WORDS)) {
    if (!UNSPACED.test(word)) terms.push(plain(word))
    else
      terms.push(
        ...pairsOf(word, 0).flatMap(({ term }) => (Array.from(term).length > 1 || word === term ? [term] : [])),
      )
  }
  return terms
}

const WORDS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}ー]+|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}])[\p{L}\p{N}\p{M}_])+/gu
const UNSPACED = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u

const plain = (word: string): string => word.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()

/** `検索語` is `検索`, `索語` and `語`: a prefix finds single characters. */
function pairsOf(word: string, offset: number): Term[] {
  const characters = Array.from(word)
  let start = offset
  return characters.map((character, index) => {
    const term = character + (characters[index + 1] ?? '')
    const found = { term, start, end: start + term.length }
    start += character.length
    return found
  })
}

function partsOf(word: string, offset: number): Term[] {
  const parts = [...word.matchAll(PARTS)]
  if (parts.length < 2) return []
  return parts.map(({ 0: part, index }) => ({
    term: plain(part),
    start: offset + index,
    end: offset + index + part.length,
  }))
}

const PARTS = /\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{M}]+|\p{N}+|[\p{Lo}\p{Lm}\p{Lt}]+/gu
