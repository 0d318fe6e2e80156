import { setImmediate } from 'node:timers/promises'
import type { SourceRange } from '../../shared/page.ts'
import type { Cited } from '../site/citations.ts'
import { checkCitation, type Shows, type Verdict } from './check-citation.ts'
import type { CitableFiles } from './clone-files.ts'
import type { CodeIndex } from './code-index.ts'
import { nameIn } from './names.ts'

/** What the citations of a page are checked against. */
export interface Checked {
  files: CitableFiles
  /** Where to look for what stands in another file than the cited one. */
  code?: CodeIndex
  /** Masks the secrets in a file's text as they are masked on the page. */
  mask?: (text: string) => Promise<string>
}

/** More citations of one page are not checked, and count as wrong. */
const MOST_CITATIONS = 2_000
/** Lines that are looked at for the citations of one page: those of its files, once for each citation. What is left counts as wrong. */
const MOST_LINES = 20_000_000
/** Lines after which the process gets to its other work. */
const PAUSE_EVERY = 100_000
/** Characters that are masked for the excerpts of one page. */
const MOST_MASKED = 8 * 1024 * 1024

/**
 * Checks a page's citations against the files, each file read once. Returns a verdict for each citation, in the same order.
 */
export async function checkCitations(cited: readonly Cited[], against: Checked): Promise<Verdict[]> {
  const verdicts = cited.map((): Verdict => ({ fault: 'no-file' }))
  const shows = showsIn(against.mask)
  const checked = [...cited.slice(0, MOST_CITATIONS).entries()]
  let left = MOST_LINES
  let sincePause = 0
  // File by file: a page may cite hundreds of files, too many to hold in memory at once.
  for (const [path, ofFile] of Map.groupBy(checked, ([, { range }]) => range.path)) {
    const lines = path.endsWith('/') ? undefined : await against.files.readLines(path)
    const folder = lines ? undefined : await folderVerdict(path, against.files)
    for (const [index, one] of ofFile) {
      left -= lines?.length ?? 0
      sincePause += lines?.length ?? 0
      if (sincePause > PAUSE_EVERY) {
        sincePause = 0
        await setImmediate()
      }
      if (left < 0) verdicts[index] = { fault: 'no-lines' }
      else if (lines) verdicts[index] = await checkCitation(one, lines, shows)
      else if (folder && one.kind === 'link' && one.range.startLine === undefined) verdicts[index] = folder
    }
  }
  for (const [index, one] of checked) {
    const verdict = verdicts[index]
    if (verdict?.fault && !verdict.place) verdicts[index] = await inOtherFile(one, verdict, shows, against)
  }
  return verdicts
}

/** A mask keeps the number of lines. */
function showsIn(mask: Checked['mask'] = async (text) => text): Shows {
  let left = MOST_MASKED
  return async (excerpt, lines) => {
    if (excerpt === lines) return true
    if (excerpt.split('\n').length !== lines.split('\n').length) return false
    left -= lines.length
    return left >= 0 && excerpt === (await mask(lines))
  }
}

/** A folder is cited as a path that ends with a slash. */
async function folderVerdict(path: string, files: CitableFiles): Promise<Verdict | undefined> {
  if (!(await files.isFolder(path))) return undefined
  return path.endsWith('/') ? {} : { fault: 'other-place', place: { path: `${path}/` } }
}

/** Looks in the rest of the repository for what a citation shows. */
async function inOtherFile(cited: Cited, verdict: Verdict, shows: Shows, { files, code }: Checked): Promise<Verdict> {
  const place = code && ((await inMovedFile(cited, verdict, shows, { files, code })) ?? placeByName(cited, code))
  return place ? { ...verdict, place } : verdict
}

/** A path that lacks its first folders, or whose folders are others, but that only one file can be. */
async function inMovedFile(
  cited: Cited,
  { fault }: Verdict,
  shows: Shows,
  { files, code }: Required<Pick<Checked, 'files' | 'code'>>,
): Promise<SourceRange | undefined> {
  const path = fault === 'no-file' ? code.pathLike(cited.range.path) : undefined
  const lines = path === undefined ? undefined : await files.readLines(path)
  if (path === undefined || !lines) return undefined
  const range = { ...cited.range, path }
  const { fault: there, place } = await checkCitation({ ...cited, range }, lines, shows)
  return there ? place : range
}

function placeByName({ kind, text, isCode }: Cited, code: CodeIndex): SourceRange | undefined {
  const name = kind === 'link' ? nameIn(text, isCode) : undefined
  const [only, other] = name === undefined ? [] : code.definitionsOf(name)
  return only && !other ? { path: only.path, startLine: only.line, endLine: only.line } : undefined
}
