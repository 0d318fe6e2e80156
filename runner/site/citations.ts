import { toString as textOf } from 'hast-util-to-string'
import { visit } from 'unist-util-visit'
import { type Citation, formatSourceRange, type SourceRange } from '../../shared/page.ts'
import { parseMarkdown } from './parse-markdown.ts'
import { rangeOfNode } from './source-range.ts'

export interface CitedRange {
  range: SourceRange
  /** The text that a fence shows as those lines; absent for a link. */
  excerpt?: string
}

/**
 * Lists every place in the repository that the rendered page cites, in reading order, with repetitions. Paths that could leave the
 * repository (`..`, a leading slash) are never sources.
 */
export function citedRanges(markdown: string): CitedRange[] {
  const cited: CitedRange[] = []
  visit(parseMarkdown(markdown), 'element', (node) => {
    const range = rangeOfNode(node)
    if (range) cited.push(node.tagName === 'figure' ? { range, excerpt: textOf(node) } : { range })
  })
  return cited
}

/**
 * Checks a page's citations against the files. A range is verified when its file exists and has that many lines, and every excerpt
 * shown from it matches those lines verbatim (one trailing line feed is allowed), or once these are masked. Returns each range once, in
 * order of appearance.
 * @param readLines Returns a file's lines without line endings, or undefined when there is no such file. Called once per path.
 * @param mask Masks the secrets in a file's text as they are masked on the page.
 */
export async function verifyCitations(
  markdown: string,
  readLines: (path: string) => Promise<string[] | undefined>,
  mask: (text: string) => Promise<string> = async (text) => text,
): Promise<Citation[]> {
  return await verifyRanges(citedRanges(markdown), readLines, mask)
}

/** The same for citations that were listed before. */
export async function verifyRanges(
  cited: readonly CitedRange[],
  readLines: (path: string) => Promise<string[] | undefined>,
  mask: (text: string) => Promise<string>,
): Promise<Citation[]> {
  const citations = new Map<string, Citation>(
    cited.map(({ range }) => [formatSourceRange(range), { ...range, verified: true }]),
  )
  // File by file: a page may cite hundreds of files, too many to hold in memory at once.
  for (const [path, ofFile] of Map.groupBy(cited, ({ range }) => range.path)) {
    const lines = await readLines(path)
    for (const one of ofFile) {
      if (await matchesFile(one, lines, mask)) continue
      citations.set(formatSourceRange(one.range), { ...one.range, verified: false })
    }
  }
  return [...citations.values()]
}

async function matchesFile(
  { range, excerpt }: CitedRange,
  lines: string[] | undefined,
  mask: (text: string) => Promise<string>,
): Promise<boolean> {
  const { startLine = 1, endLine = lines?.length ?? 0 } = range
  if (!lines || endLine > lines.length) return false
  const text = lines.slice(startLine - 1, endLine).join('\n')
  const shows = (shown: string) => excerpt === undefined || excerpt === shown || excerpt === `${shown}\n`
  return shows(text) || shows(await mask(text))
}
