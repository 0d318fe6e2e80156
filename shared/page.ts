import * as z from 'zod'
import { PlannedPage } from './plan.ts'

/** Lines of one file of the documented commit; both ends count, the first line is 1. */
export const SourceRange = z.object({
  path: z.string().min(1),
  startLine: z.int().positive(),
  endLine: z.int().positive(),
})
export type SourceRange = z.infer<typeof SourceRange>

/** A place in the repository that a page names; `verified` says that the place exists and an excerpt shown from it is verbatim. */
export const Citation = SourceRange.extend({ verified: z.boolean() })
export type Citation = z.infer<typeof Citation>

/**
 * A finished page. In its markdown a source is named in one of two ways, both `path#L<start>-L<end>`:
 * a link `[text](source:src/a.ts#L1-L9)`, or a code fence whose info string is `<language> source=src/a.ts#L1-L9`
 * and whose body is those lines verbatim. Other pages are linked as `[text](slug.md)`.
 */
export const Page = PlannedPage.extend({
  markdown: z.string().min(1),
  citations: z.array(Citation),
})
export type Page = z.infer<typeof Page>

/** Writes a range the way pages name it: `src/a.ts#L1-L9`. */
export const formatSourceRange = ({ path, startLine, endLine }: SourceRange): string =>
  `${encodeURI(path.toWellFormed()).replaceAll('#', '%23').replaceAll('?', '%3F').replaceAll('(', '%28').replaceAll(')', '%29')}#L${startLine}-L${endLine}`

/**
 * Reads what {@link formatSourceRange} writes (`#L7` alone means one line); undefined for anything else, so for paths that
 * leave the repository.
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
