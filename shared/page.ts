import * as z from 'zod'
import { PlannedPage } from './plan.ts'

/** A range of lines in a file at the documented commit: inclusive, starting at 1. */
export const SourceRange = z.object({
  path: z.string().min(1),
  startLine: z.int().positive(),
  endLine: z.int().positive(),
})
export type SourceRange = z.infer<typeof SourceRange>

/** A source that a page cites. `verified` means that it exists and that any excerpt shown from it is verbatim. */
export const Citation = SourceRange.extend({ verified: z.boolean() })
export type Citation = z.infer<typeof Citation>

/**
 * A finished page. Its markdown cites sources as `path#L<start>-L<end>` in one of two ways:
 * a link `[text](source:src/a.ts#L1-L9)`, or a code fence whose info string is `<language> source=src/a.ts#L1-L9`
 * and whose body is those lines verbatim. Links to other pages are `[text](slug.md)`.
 */
export const Page = PlannedPage.extend({
  markdown: z.string().min(1),
  citations: z.array(Citation),
})
export type Page = z.infer<typeof Page>

/** Formats a range as pages cite it: `src/a.ts#L1-L9`. */
export const formatSourceRange = ({ path, startLine, endLine }: SourceRange): string =>
  `${encodeURI(path.toWellFormed()).replaceAll('#', '%23').replaceAll('?', '%3F').replaceAll('(', '%28').replaceAll(')', '%29')}#L${startLine}-L${endLine}`

/**
 * Parses what {@link formatSourceRange} writes (`#L7` is a single line); undefined for anything else, including paths outside
 * the repository.
 */
export function parseSourceRange(text: string): SourceRange | undefined {
  const match = /^([^#\s]+)#L(\d{1,9})(?:-L?(\d{1,9}))?$/.exec(text)
  if (!match) return undefined
  const [, encoded = '', start = '', end = start] = match
  const range = { path: decode(encoded), startLine: Number(start), endLine: Number(end) }
  return isInside(range.path) && range.startLine > 0 && range.endLine >= range.startLine ? range : undefined
}

const isInside = (path: string): boolean =>
  path !== '' && !path.includes('\\') && !path.split('/').some((segment) => ['', '.', '..'].includes(segment))

function decode(encoded: string): string {
  try {
    return decodeURIComponent(encoded)
  } catch {
    return ''
  }
}
