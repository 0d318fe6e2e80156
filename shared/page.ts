import * as z from 'zod'
import { PlannedPage } from './plan.ts'

/**
 * A range of lines in a file at the documented commit: inclusive, starting at 1; without lines, the whole file, or a folder if the path
 * ends with a slash.
 */
export const SourceRange = z.object({
  path: z.string().min(1),
  startLine: z.int().positive().optional(),
  endLine: z.int().positive().optional(),
})
export type SourceRange = z.infer<typeof SourceRange>

/**
 * A source that a page cites. `verified` means that it exists and has what the page shows for it: an excerpt verbatim, or the name that a
 * link is called.
 */
export const Citation = SourceRange.extend({ verified: z.boolean() })
export type Citation = z.infer<typeof Citation>

/**
 * Something in a page that the repository doesn't bear out: an option or a command that its code doesn't have, a section that names no
 * source, by its title, or a paragraph that another page has too.
 */
export const Unconfirmed = z.object({
  kind: z.enum(['option', 'command', 'section', 'repeated']),
  text: z.string().min(1),
})
export type Unconfirmed = z.infer<typeof Unconfirmed>

/**
 * A finished page. Its markdown cites sources as `path#L<start>-L<end>`, or `path` for the whole file or a folder, in one of two
 * ways: a link `[text](source:src/a.ts#L1-L9)`, or a code fence whose info string is `<language> source=src/a.ts#L1-L9`
 * and whose body is those lines verbatim. Links to other pages are `[text](slug.md)`.
 */
export const Page = PlannedPage.extend({
  markdown: z.string().min(1),
  /** In reading order, one for each link and each excerpt. Pages of earlier versions have one for each range. */
  citations: z.array(Citation),
  /** What else the check against the repository could not confirm. The page marks it. */
  unconfirmed: z.array(Unconfirmed).exactOptional(),
  /** What the model has not been asked to mend yet; absent once it was. */
  toMend: z.array(z.string()).exactOptional(),
  /** How often a secret was masked in the markdown. */
  maskedSecrets: z.int().nonnegative().exactOptional(),
})
export type Page = z.infer<typeof Page>

/** A file or folder that a page was made from. `id` is git's name for its content, or '' if there was none under this path. */
export const PageSource = z.object({ path: z.string().min(1), id: z.string() })
export type PageSource = z.infer<typeof PageSource>

/** A finished page as it is stored for reuse. */
export const StoredPage = Page.extend({
  /** What it cites and was told to read. */
  sources: z.array(PageSource),
  /** The tree that it was written for, and the generation that paid for it. */
  tree: z.string().min(1),
  generationId: z.uuid(),
})
export type StoredPage = z.infer<typeof StoredPage>

/** Formats a range as pages cite it: `src/a.ts#L1-L9`, or `src/a.ts` for the whole file. */
export function formatSourceRange({ path, startLine, endLine }: SourceRange): string {
  const escaped = startLine === undefined ? /[#?():]/g : /[#?()]/g
  const encoded = encodeURI(path.toWellFormed()).replace(escaped, (sign) => SIGNS[sign] ?? sign)
  return startLine === undefined ? encoded : `${encoded}#L${startLine}-L${endLine}`
}

const SIGNS: Record<string, string> = { '#': '%23', '?': '%3F', '(': '%28', ')': '%29', ':': '%3A' }

/**
 * Parses what {@link formatSourceRange} writes, and how hosts, editors and people write it: `./` in front, `#L7`, `#L7-9`,
 * `#L7C1-L9C5`, `#lines-7:9`, `:7-9`. Any other fragment (`#usage`) means the whole file. Undefined for anything else, including
 * paths outside the repository.
 */
export function parseSourceRange(text: string): SourceRange | undefined {
  if (/\s/.test(text)) return undefined
  const [before = '', ...fragments] = text.replace(/^(?:\.\/)+/, '').split('#')
  const [file, colon] = fragments.length > 0 ? [before] : splitAtColon(before)
  const path = decode((file ?? '').replace(/\?plain=1$/, ''))
  const lines = colon ?? fragments.join('#')
  if (!isInside(path)) return undefined
  const [, start, end = start] = LINES.exec(lines) ?? []
  if (start === undefined) return /^(?:lines?\W?|L)?\d/i.test(lines) ? undefined : { path }
  const range = { path, startLine: Number(start), endLine: Number(end) }
  if (path.endsWith('/')) return undefined
  return range.startLine > 0 && range.endLine >= range.startLine ? range : undefined
}

const LINES = /^(?:lines?[-=]?|L)?(\d{1,9})(?:C\d+)?(?:[-–:](?:L|line)?(\d{1,9})(?:C\d+)?)?$/i

function splitAtColon(text: string): [path: string, lines?: string] {
  const [, path, lines] = /^(.+?):(L?\d[^/:]*)$/i.exec(text) ?? []
  return path !== undefined && lines !== undefined ? [path, lines] : [text]
}

const isInside = (path: string): boolean =>
  !path.includes('\\') &&
  !path
    .replace(/\/$/, '')
    .split('/')
    .some((segment) => ['', '.', '..'].includes(segment))

function decode(encoded: string): string {
  try {
    return decodeURIComponent(encoded)
  } catch {
    return ''
  }
}

/** How many places of a page are marked as not borne out by the repository. */
export const countUnverified = ({ citations, unconfirmed = [] }: Page): number =>
  citations.filter(({ verified }) => !verified).length + unconfirmed.length
