import type { SourceRange } from '../../shared/page.ts'
import type { Cited } from '../site/citations.ts'
import { definitionIn, homeOf, placesOf } from './definitions.ts'
import { findLines, withoutBlankEdges } from './find-lines.ts'
import { holdsName, nameIn } from './names.ts'
import { locationIn, namesFile } from './stated-location.ts'

/** What is wrong with a citation. */
export type Fault =
  /** The repository has no such file or folder. */
  | 'no-file'
  /** The file has no such lines. */
  | 'no-lines'
  /** The lines are blank, or only close what others have opened. */
  | 'blank'
  /** The excerpt is left to be filled in. */
  | 'empty'
  /** The excerpt is not what the lines say. */
  | 'altered'
  /** The name that is the link's text does not stand in the lines. */
  | 'no-name'
  /** The link's text tells another place. */
  | 'other-place'

/** `place` is where the file truly has what the citation shows, if that is clear. */
export interface Verdict {
  fault?: Fault
  place?: SourceRange
}

/** Whether an excerpt shows these lines, as they are or as they are masked on pages. */
export type Shows = (excerpt: string, lines: string) => Promise<boolean>

/** More lines are not filled in for an empty excerpt. */
const MOST_FILLED = 100

/**
 * Checks what a citation shows against the lines of the file that it cites.
 *
 * An excerpt is those lines verbatim; one line feed more at its end is allowed. A link leads to lines with text in them. If its text is
 * a name, that name stands in them, and if the file defines the name right beside them, it is the definition that was meant. If its
 * text is a path with lines, it is the same path and lines.
 */
export async function checkCitation(cited: Cited, lines: readonly string[], shows: Shows): Promise<Verdict> {
  return cited.kind === 'excerpt' ? await checkExcerpt(cited, lines, shows) : checkLink(cited, lines)
}

async function checkExcerpt({ range, text }: Cited, lines: readonly string[], shows: Shows): Promise<Verdict> {
  const cited = citedLines(range, lines)
  if (text.trim() === '') return emptyExcerpt(range, cited)
  if (cited && isBlank(cited)) return { fault: 'blank', ...placed(range, placeOfExcerpt(text, range, lines)) }
  if (cited && (await shows(text.replace(/\n$/, ''), cited.join('\n')))) return {}
  if (cited && (await shows(text, cited.join('\n')))) return {}
  return { fault: cited ? 'altered' : 'no-lines', ...placed(range, placeOfExcerpt(text, range, lines)) }
}

/** Without blank lines at its ends, and not longer than anyone reads. */
function emptyExcerpt(range: SourceRange, cited: readonly string[] | undefined): Verdict {
  if (!cited) return { fault: 'no-lines' }
  if (isBlank(cited)) return { fault: 'blank' }
  const [start, end] = withoutBlankEdges(cited)
  const first = (range.startLine ?? 1) + start
  const last = Math.min(first + MOST_FILLED, (range.startLine ?? 1) + end) - 1
  return { fault: 'empty', place: { path: range.path, startLine: first, endLine: last } }
}

/** The place nearest to the cited one: wherever the same text stands, it is shown truly. */
function placeOfExcerpt(text: string, range: SourceRange, lines: readonly string[]): [number, number] | undefined {
  const shown = text.split('\n')
  const [start, end] = withoutBlankEdges(shown)
  const wanted = shown.slice(start, end)
  if (isBlank(wanted)) return undefined
  const near = (index: number) => Math.abs(index + 1 - (range.startLine ?? 1))
  const [found] = findLines(wanted, lines).toSorted((one, other) => near(one) - near(other))
  return found === undefined ? undefined : [found + 1, found + wanted.length]
}

function checkLink({ range, text, isCode }: Cited, lines: readonly string[]): Verdict {
  const cited = citedLines(range, lines)
  const stated = locationIn(text)
  if (stated && namesFile(stated, range)) return checkStated(stated, range, cited)
  const tellsPath = stated !== undefined && (stated.path.includes('/') || stated.startLine !== undefined)
  const name = tellsPath ? undefined : nameIn(text, isCode)
  const place = () => placed(range, name === undefined ? undefined : placeOfName(name, range, lines))
  if (!cited) return { fault: 'no-lines', ...place() }
  if (isBlank(cited)) return { fault: 'blank', ...place() }
  if (tellsPath) return cited.some((line) => line.includes(stated.fileName)) ? {} : { fault: 'other-place' }
  if (name === undefined) return {}
  if (!cited.some((line) => holdsName(line, name))) {
    // A document can be about a name that it spells in another way.
    if (cited.length === lines.length && isDocument(range.path)) return {}
    if (isNameOfFile(name, range, lines)) return {}
    return { fault: 'no-name', ...place() }
  }
  const beside = definitionBeside(name, range, lines)
  return beside === undefined ? {} : { fault: 'no-name', ...placed(range, beside) }
}

function checkStated(
  stated: { startLine?: number; endLine?: number },
  range: SourceRange,
  cited: readonly string[] | undefined,
): Verdict {
  if (!cited) return { fault: 'no-lines' }
  if (isBlank(cited)) return { fault: 'blank' }
  const isSame = stated.startLine === range.startLine && stated.endLine === range.endLine
  return stated.startLine === undefined || isSame ? {} : { fault: 'other-place' }
}

/** The lines that a range cites; undefined if the file doesn't have them. */
export function citedLines({ startLine, endLine }: SourceRange, lines: readonly string[]): string[] | undefined {
  const { first = 1, last = lines.length } = { first: startLine, last: endLine }
  return last > lines.length ? undefined : lines.slice(first - 1, last)
}

/** Nothing but what closes a block. An empty file can be cited as a whole. */
const isBlank = (lines: readonly string[]): boolean =>
  lines.length > 0 && lines.every((line) => /^[\s{}()[\];,]*$/.test(line))

const placed = ({ path }: SourceRange, lines: [number, number] | undefined): { place?: SourceRange } =>
  lines ? { place: { path, startLine: lines[0], endLine: lines[1] } } : {}

/** As many lines as were cited, from the one where the name belongs. */
function placeOfName(name: string, range: SourceRange, lines: readonly string[]): [number, number] | undefined {
  const home = homeOf(name, lines)
  return home === undefined ? undefined : linesFrom(home, range, lines)
}

function linesFrom(index: number, { startLine, endLine }: SourceRange, lines: readonly string[]): [number, number] {
  const count = startLine === undefined || endLine === undefined ? 1 : endLine - startLine + 1
  const end = Math.min(lines.length, index + count)
  return [index + 1, index + Math.max(1, withoutBlankEdges(lines.slice(index, end))[1])]
}

/** Lines further away were not missed by mistake. */
const BESIDE = 3

/** The definition of a name that the cited lines miss by no more than a few lines, if they have none themselves. */
function definitionBeside(name: string, range: SourceRange, lines: readonly string[]): [number, number] | undefined {
  const { startLine, endLine } = range
  if (startLine === undefined || endLine === undefined) return undefined
  // A variable inside a function is used right beside its definition.
  const isDefined = (line: string | undefined) =>
    line !== undefined && !/^\s/.test(line) && line.includes(name) && definitionIn(line)?.name === name
  if (lines.slice(startLine - 1, endLine).some((line) => line.includes(name) && definitionIn(line)?.name === name))
    return undefined
  const beside = Array.from({ length: BESIDE }, (_, index) => [startLine - 2 - index, endLine + index]).flat()
  const found = beside.find((index) => isDefined(lines[index]))
  return found === undefined ? undefined : linesFrom(found, range, lines)
}

const isDocument = (path: string): boolean => /\.(?:mdx?|markdown|rst|adoc|txt)$/i.test(path)

/** Whether a file that doesn't define the name itself is called by it, as a module or a component is. */
function isNameOfFile(name: string, { path }: SourceRange, lines: readonly string[]): boolean {
  const fileName = path.split('/').at(-1) ?? ''
  const [stem] = fileName.split('.')
  return stem === name && placesOf(name, lines).defined.length === 0
}
