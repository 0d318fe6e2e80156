import { formatSourceRange, type SourceRange } from '../../shared/page.ts'
import type { Cited, Place } from '../site/citations.ts'
import { linesText, rangeOfInfo } from '../site/source-range.ts'
import { citedLines, type Verdict } from './check-citation.ts'
import type { CitableFiles } from './clone-files.ts'
import { locationIn } from './stated-location.ts'

/** A fence longer than any run of backquotes that a line may begin with. */
const SHORTEST_FENCE = 3
/** Characters that are filled in on one page: nobody reads more, and it would grow too long to render. */
const MOST_FILLED = 100_000

/**
 * Puts citations right as far as their verdicts tell how: a link leads to the place that has what its text names, and an excerpt is
 * replaced with the lines of the place that has it. Returns the same markdown if there is nothing to mend.
 *
 * @param markdown - as it was when the citations were listed
 */
export async function mendCitations(
  markdown: string,
  cited: readonly Cited[],
  verdicts: readonly Verdict[],
  files: CitableFiles,
): Promise<string> {
  const parts: string[] = []
  let from = 0
  let left = MOST_FILLED
  for (const [index, one] of cited.entries()) {
    const { fault, place } = verdicts[index] ?? {}
    // Links and excerpts never contain one another, but a link may contain a link.
    if (!fault || !place || !one.at || one.at.start < from) continue
    const text =
      one.kind === 'link'
        ? mendedLink(markdown, one, one.at, place)
        : await mendedExcerpt(markdown, one.at, place, files)
    if (text === undefined || (one.kind === 'excerpt' && text.length > left)) continue
    if (one.kind === 'excerpt') left -= text.length
    parts.push(markdown.slice(from, one.at.start), text)
    from = one.at.end
  }
  return parts.length === 0 ? markdown : [...parts, markdown.slice(from)].join('')
}

function mendedLink(markdown: string, { text }: Cited, at: Place, place: SourceRange): string {
  const source = `source:${formatSourceRange(place)}`
  const label = at.text ? markdown.slice(...at.text) : ''
  // The renderer gives a link without a text the place as its text.
  if (label.trim() === '' || markdown[at.start] === '<') return `<${source}>`
  const stated = locationIn(text)
  const isOnlyPlace = stated !== undefined && stated.startLine !== undefined
  return isOnlyPlace ? `[\`${place.path}\`, ${linesText(place)}](${source})` : `[${label}](${source})`
}

/** The fence with the lines of a place in it; undefined if these cannot be shown. */
async function mendedExcerpt(
  markdown: string,
  at: Place,
  place: SourceRange,
  files: CitableFiles,
): Promise<string | undefined> {
  const lines = await files.readLines(place.path)
  const shown = lines && citedLines(place, lines)
  if (!shown || shown.some((line) => line.includes('\0'))) return undefined
  const [opening = ''] = markdown.slice(at.start, at.end).split('\n', 1)
  const info = opening
    .replace(/^[`~]+/, '')
    .trim()
    .split(/\s+/)
  const language = info.filter((word) => !rangeOfInfo(word) && !word.includes('`'))
  const fence = fenceFor(shown)
  const prefix = continuation(markdown.slice(markdown.lastIndexOf('\n', at.start - 1) + 1, at.start))
  const head = `${fence}${[...language, `source=${formatSourceRange(place)}`].join(' ')}`
  return [head, ...[...shown, fence].map((line) => `${prefix}${line}`)].join('\n')
}

function fenceFor(lines: readonly string[]): string {
  const longest = lines.reduce((most, line) => Math.max(most, /^\s*(`*)/.exec(line)?.[1]?.length ?? 0), 0)
  return '`'.repeat(Math.max(SHORTEST_FENCE, longest + 1))
}

/** What the lines after this one begin with to stay in the same quote or list item. */
const continuation = (lead: string): string => lead.replaceAll(/[^>\s]/g, ' ')
