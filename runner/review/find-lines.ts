/** How many places are listed. */
const MOST_PLACES = 100

/**
 * Finds where lines stand in a file, one after another, without regard to white space at either end of a line. Returns the indexes
 * of their first lines. Takes linear time (Knuth, Morris and Pratt).
 */
export function findLines(wanted: readonly string[], file: readonly string[]): number[] {
  const pattern = wanted.map((line) => line.trim())
  if (pattern.length === 0 || pattern.length > file.length) return []
  const borders = bordersOf(pattern)
  const found: number[] = []
  let matched = 0
  for (let index = 0; index < file.length && found.length < MOST_PLACES; index++) {
    const line = file[index]?.trim()
    while (matched > 0 && (matched === pattern.length || pattern[matched] !== line)) matched = borders[matched - 1] ?? 0
    if (pattern[matched] === line) matched++
    if (matched === pattern.length) found.push(index - matched + 1)
  }
  return found
}

/** For each beginning of the pattern: the length of its longest part that is both its beginning and its end. */
function bordersOf(pattern: readonly string[]): number[] {
  const borders = [0]
  for (let index = 1, length = 0; index < pattern.length; index++) {
    while (length > 0 && pattern[index] !== pattern[length]) length = borders[length - 1] ?? 0
    if (pattern[index] === pattern[length]) length++
    borders.push(length)
  }
  return borders
}

/** The index of the first and after the last line that is not blank; equal if all are. */
export function withoutBlankEdges(lines: readonly string[]): [start: number, end: number] {
  const isText = (line: string) => line.trim() !== ''
  const start = lines.findIndex(isText)
  return start < 0 ? [0, 0] : [start, lines.findLastIndex(isText) + 1]
}
