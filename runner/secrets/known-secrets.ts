import { createFinder, type Mask, type Range, replaceRanges } from '../../shared/mask.ts'
import { type FoundSecret, findSecrets } from './find-secrets.ts'

/** Where in the repository a secret stands. */
export interface Place {
  path: string
  line: number
}

export interface Masked {
  text: string
  /** One for each place in the text: what was masked, and where in the repository it stands if it comes from there. */
  secrets: { kind: string; place?: Place | undefined }[]
}

/**
 * The secrets of one generation: those found in the repository, and those found since in what a model or a server said. They are not
 * the service's own, which `maskFor` masks before anything else sees them.
 */
export interface KnownSecrets {
  /** Finds the secrets in a file of the repository and remembers them. Returns what it found. */
  learn(path: string, text: string): Promise<{ kind: string; place: Place }[]>
  /** Masks the secrets in a text: known ones in any usual encoding, and others by their form, which are then known too. */
  mask(text: string): Promise<Masked>
  /** Masks known secrets only, at once. For log lines. */
  maskKnown: Mask
}

/** Unlike asterisks, these mean nothing in markdown. */
export const MASK = '••••••'

/** More are test data, and would only make masking slow. */
const MOST_KNOWN = 2_000

interface Known {
  kind: string
  place?: Place | undefined
  find(text: string): Range[]
}

export function openKnownSecrets(): KnownSecrets {
  const known = new Map<string, Known>()
  const remember = (value: string, kind: string, place?: Place): void => {
    if (value.length < SHORTEST || known.has(value) || known.size >= MOST_KNOWN) return
    known.set(value, { kind, place, find: createFinder([value]) })
  }
  const rememberAll = (text: string, { kind, ranges, isDistinct }: FoundSecret, place?: Place) => {
    if (isDistinct) for (const range of ranges) remember(text.slice(...range), kind, place)
  }
  const findKnown = (text: string): Occurrence[] =>
    [...known.values()].flatMap(({ kind, place, find }) => find(text).map((range) => ({ kind, place, range })))
  return {
    async learn(path, text) {
      const found = await findSecrets(text)
      const lineOf = countLines(text)
      return found.map((secret) => {
        const place = { path, line: lineOf(secret.ranges[0]?.[0] ?? 0) }
        rememberAll(text, secret, place)
        return { kind: secret.kind, place }
      })
    },
    async mask(text) {
      const found = await findSecrets(text)
      for (const secret of found) rememberAll(text, secret)
      const all = [
        ...findKnown(text),
        ...found.flatMap(({ kind, ranges }) => ranges.map((range) => ({ kind, range, place: undefined }))),
      ]
      const ranges = all.map(({ range }) => range)
      return { text: replaceRanges(text, ranges, MASK), secrets: placesIn(text, all) }
    },
    maskKnown: (text) =>
      replaceRanges(
        text,
        findKnown(text).map(({ range }) => range),
        MASK,
      ),
  }
}

/** What is shorter may be an ordinary word elsewhere. */
const SHORTEST = 12

interface Occurrence {
  kind: string
  place: Place | undefined
  range: Range
}

/** The lines of one secret count once. */
function placesIn(text: string, occurrences: readonly Occurrence[]): Masked['secrets'] {
  const places: Masked['secrets'] = []
  let end: number | undefined
  // Stable, so of two findings at one place the known one comes first, which has a place.
  for (const { kind, place, range } of occurrences.toSorted((one, other) => one.range[0] - other.range[0])) {
    if (end === undefined || !BETWEEN_LINES.test(text.slice(end, Math.max(end, range[0])))) places.push({ kind, place })
    end = Math.max(end ?? 0, range[1])
  }
  return places
}

/** Between two lines of a key: a line break, and quotes or signs of the language that it is quoted in. */
const BETWEEN_LINES = /^(?:\s|\\[nrt]|[>|+"'`,\\]){0,200}$/

/** Returns the line of an index. Indexes must not decrease, so that all of them together take one pass. */
function countLines(text: string): (at: number) => number {
  let [line, next] = [1, text.indexOf('\n')]
  return (at) => {
    for (; next >= 0 && next < at; next = text.indexOf('\n', next + 1)) line++
    return line
  }
}
