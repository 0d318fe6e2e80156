import type { SourceRange } from '../../shared/page.ts'

/** A place in the repository as a link's text tells it. */
export interface StatedLocation {
  path: string
  /** The last part of the path. */
  fileName: string
  startLine?: number
  endLine?: number
}

const LINES = /^(.{1,400}?)(?:,? \(?lines? |:L?|#L)(\d{1,9})(?:(?:[–-]| to )L?(\d{1,9}))?\)?$/
/** A path has a slash or an extension; neither a version nor a call has one of either. */
const PATH = /^(?:\.{1,2}\/)?(?:[\w@.+-]+\/)*[\w@.+-]*\w\.[A-Za-z]\w{0,9}$|^(?:[\w@.+-]+\/)+[\w@.+-]*$/

/** Reads a link's text as a path, with or without lines: `src/a.ts`, `a.ts, lines 3–9`, `src/a.ts:7`; undefined for any other. */
export function locationIn(text: string): StatedLocation | undefined {
  const words = text.trim()
  if (words.length > LONGEST) return undefined
  const [, before = words, start, end = start] = LINES.exec(words) ?? []
  if (!PATH.test(before)) return undefined
  const path = before.replace(/^(?:\.{1,2}\/)+/, '').replace(/\/$/, '')
  const fileName = path.split('/').at(-1) ?? ''
  return { path, fileName, ...(start === undefined ? {} : { startLine: Number(start), endLine: Number(end) }) }
}

const LONGEST = 500

/** Whether a path as it is told, perhaps without its first folders, can be that of a range. */
export const namesFile = ({ path }: StatedLocation, range: SourceRange): boolean =>
  range.path.replace(/\/$/, '') === path || range.path.replace(/\/$/, '').endsWith(`/${path}`)
