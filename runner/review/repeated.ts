/** Shorter paragraphs are not worth a link. */
const SHORTEST = 20
/** Words that are compared as one. */
const RUN = 6
/** The part of a paragraph that must stand on the other page. */
const PART = 0.8
/** Words of one page that are compared. */
const MOST_WORDS = 20_000

/** The paragraphs of the pages of a site. */
export interface KnownParagraphs {
  /** The paragraphs that stand on another page too, nearly word for word, with the first such page. */
  repeatedIn(slug: string, paragraphs: readonly string[]): { text: string; on: string }[]
  /** Remembers a page's paragraphs in place of former ones. */
  remember(slug: string, paragraphs: readonly string[]): void
}

export function openParagraphs(): KnownParagraphs {
  const pages = new Map<string, Set<string>>()
  return {
    repeatedIn: (slug, paragraphs) =>
      longOnes(paragraphs).flatMap(({ text, runs }) => {
        const needed = Math.ceil(runs.length * PART)
        const on = [...pages].find(([page, known]) => page !== slug && count(runs, known) >= needed)
        return on ? [{ text, on: on[0] }] : []
      }),
    remember: (slug, paragraphs) => void pages.set(slug, new Set(longOnes(paragraphs).flatMap(({ runs }) => runs))),
  }
}

/** The paragraphs of markdown that has been rendered before, without where its links lead. */
export const paragraphsOf = (markdown: string): string[] =>
  markdown.split(/\n[ \t]*\n/).map((paragraph) => paragraph.replaceAll(/\]\([^)\s]*\)/g, ']'))

const count = (runs: readonly string[], known: ReadonlySet<string>): number =>
  runs.reduce((all, run) => (known.has(run) ? all + 1 : all), 0)

function longOnes(paragraphs: readonly string[]): { text: string; runs: string[] }[] {
  let left = MOST_WORDS
  return paragraphs.flatMap((text) => {
    const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
    left -= words.length
    return words.length < SHORTEST || left < 0 ? [] : [{ text: text.trim(), runs: runsOf(words) }]
  })
}

const runsOf = (words: readonly string[]): string[] =>
  words.slice(RUN - 1).map((_, index) => words.slice(index, index + RUN).join(' '))
