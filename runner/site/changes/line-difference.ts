import { diffArrays, diffWordsWithSpace } from 'diff'

export interface LineDifference {
  /** How many lines were added and removed. */
  added: number
  removed: number
  /** The lines that differ, and those around them. Empty if the texts have too little in common. */
  lines: DifferenceLine[]
}

export type DifferenceLine = { kind: 'same' | 'added' | 'removed'; parts: LinePart[] } | { kind: 'gap' }

/** Part of a line. What is marked is not in the line that it replaces, or was replaced by. */
export interface LinePart {
  text: string
  isMarked: boolean
}

/** Lines that are shown before and after those that differ. */
const CONTEXT = 2

/** Lines and words that may differ. The time that a comparison takes grows with the square of these. */
const MOST_LINES = 1_000
const MOST_WORDS = 60

/** Lines of a replaced block whose words are compared. */
const MOST_PAIRS = 50

/** Characters of a line whose words are compared. */
const LONGEST_LINE = 5_000

/** Finds the lines, and in lines that were replaced the words, that differ between two texts. The same texts always give the same. */
export function lineDifference(former: readonly string[], now: readonly string[]): LineDifference {
  const changes = diffArrays([...former], [...now], { maxEditLength: MOST_LINES })
  if (!changes) return { added: now.length, removed: former.length, lines: [] }
  const lines: DifferenceLine[] = []
  for (const [index, { value, added, removed }] of changes.entries()) {
    const next = changes[index + 1]
    if (!added && !removed) lines.push(...nearChanges(value, index > 0, next !== undefined))
    else if (removed && next?.added) lines.push(...replaced(value, next.value))
    else if (removed || !changes[index - 1]?.removed) lines.push(...whole(removed ? 'removed' : 'added', value))
  }
  const count = (kind: DifferenceLine['kind']) => lines.filter((line) => line.kind === kind).length
  return { added: count('added'), removed: count('removed'), lines }
}

function nearChanges(same: readonly string[], isAfter: boolean, isBefore: boolean): DifferenceLine[] {
  const [first, last] = [isAfter ? CONTEXT : 0, isBefore ? CONTEXT : 0]
  if (same.length <= first + last + 1) return whole('same', same)
  const tail = whole('same', same.slice(same.length - last))
  return [...whole('same', same.slice(0, first)), { kind: 'gap' }, ...(last > 0 ? tail : [])]
}

/** Removed lines, then the added ones. Of as many, each replaces the one at its place. */
function replaced(former: readonly string[], now: readonly string[]): DifferenceLine[] {
  if (former.length !== now.length || former.length > MOST_PAIRS)
    return [...whole('removed', former), ...whole('added', now)]
  const pairs = former.map((line, index) => compareWords(line, now[index] ?? ''))
  return [
    ...pairs.map(([parts]): DifferenceLine => ({ kind: 'removed', parts })),
    ...pairs.map(([, parts]): DifferenceLine => ({ kind: 'added', parts })),
  ]
}

function compareWords(former: string, now: string): [LinePart[], LinePart[]] {
  const isLong = Math.max(former.length, now.length) > LONGEST_LINE
  const changes = isLong ? undefined : diffWordsWithSpace(former, now, { maxEditLength: MOST_WORDS })
  const same = (changes ?? []).filter(({ added, removed }) => !added && !removed).map(({ value }) => value)
  // Lines that share only spaces and small words are easier to read whole.
  if (!changes || same.join('').length * 2 < Math.min(former.length, now.length)) return [plain(former), plain(now)]
  const side = (other: 'added' | 'removed') =>
    changes
      .filter((change) => !change[other])
      .map(({ value, added, removed }) => ({ text: value, isMarked: added || removed }))
  return [side('added'), side('removed')]
}

const whole = (kind: 'same' | 'added' | 'removed', lines: readonly string[]): DifferenceLine[] =>
  lines.map((line) => ({ kind, parts: plain(line) }))

const plain = (text: string): LinePart[] => [{ text, isMarked: false }]
