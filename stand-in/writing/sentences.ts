/**
 * The first sentence of a text, on one line. A point ends a sentence only before a space, and not after an abbreviation, so `.NET`,
 * `e.g.` and line breaks don't.
 */
export function firstSentence(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  for (const { index, 0: mark } of line.matchAll(/[.!?](?= |$)|[。！？]/g)) {
    const before = line.slice(0, index)
    const word = before.slice(before.lastIndexOf(' ') + 1)
    const isAbbreviation = /^[("]?(e\.g|i\.e|etc|vs|cf|resp|approx|incl|no|dr|mr|ms|st|inc|\p{Lu})$/iu.test(word)
    if (mark !== '.' || (!isAbbreviation && word !== '')) return line.slice(0, index + 1)
  }
  return line
}
