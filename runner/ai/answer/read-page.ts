import { beforeEndMarks } from './end-marks.ts'
import { closes, type Fence, fenceIn, isHeading, isTitle, isUnderline, opensPage } from './lines.ts'

/** Why an answer isn't a page. The kinds are failure kinds of a call. */
export interface NotAPage {
  kind: 'not-a-page' | 'cut-off' | 'empty'
  message: string
}

/** A longer page would be unreadable and too slow to render. */
const MAX_CHARACTERS = 200_000

/** The most a model may say before its first heading, in characters. The page's own title may come later. */
const MAX_CHATTER = 600

/**
 * Extracts the page from a model's answer: the last complete page in the last of its texts that has one, whatever follows it. Strips
 * the end mark, any chatter before the first heading, and the code fence that some models wrap around the whole page. Joins a page
 * that continues after a tool call. A page without its own title gets the plan's.
 *
 * @returns the markdown, or why the answer isn't a page
 */
export function readPage(texts: readonly string[], title: string): string | NotAPage {
  for (const [index, text] of [...texts.entries()].toReversed()) {
    const parts = beforeEndMarks(text, title)
    const page = lastPage(parts, title)
    const isOwn = parts.some((part) => titleLine(part, title) !== undefined)
    const begun = texts.slice(0, index).findLastIndex((earlier) => isBegun(earlier, title))
    const whole =
      parts.length > 0 && !isOwn && begun >= 0
        ? lastPage(beforeEndMarks(texts.slice(begun, index + 1).join('\n\n'), title), title)
        : undefined
    const found = whole ?? page
    if (found !== undefined) return found
  }
  return whyNot(texts.at(-1) ?? '', title)
}

/** Prefers the last page under its own title: other text with a heading may be a remark about the work. */
function lastPage(parts: readonly string[], title: string): string | undefined {
  const pages = parts.map((part) => pageIn(part, title)).filter((read) => typeof read === 'string')
  return pages.findLast((page) => titleLine(page, title) === 0) ?? pages.at(-1)
}

const isBegun = (text: string, title: string): boolean =>
  titleLine(text, title) !== undefined && beforeEndMarks(text, title).length === 0

function whyNot(text: string, title: string): NotAPage {
  if (!text.trim()) return { kind: 'empty', message: '' }
  const last = beforeEndMarks(text, title).at(-1)
  const read = last === undefined ? undefined : pageIn(last, title)
  if (typeof read === 'object') return read
  const aside = asideIn(fromHeading(text, title) ?? text)
  // Only the end mark tells a complete answer from one that was cut off.
  return aside ? talks(aside) : { kind: 'cut-off', message: '' }
}

/** Reads the text before an end mark as a page. */
function pageIn(text: string, title: string): string | NotAPage {
  const found = fromHeading(text, title)
  const aside = asideIn(found ?? text)
  if (aside) return talks(aside)
  if (!found) return { kind: 'not-a-page', message: 'it does not begin with a heading' }
  const markdown = /^(# |[^#].*\n=)/.test(found) ? found : `# ${title}\n\n${found}`
  if (!hasBody(markdown)) return { kind: 'not-a-page', message: 'it has headings only' }
  if (markdown.length <= MAX_CHARACTERS) return markdown
  return { kind: 'not-a-page', message: `it is longer than ${MAX_CHARACTERS} characters` }
}

const talks = (aside: string): NotAPage => ({ kind: 'not-a-page', message: `it talks about itself ("${aside}")` })

/** The text from the page's own title on, or else from the first heading that follows no more than a little chatter. */
function fromHeading(text: string, title: string): string | undefined {
  const lines = text.trim().split('\n')
  const starts = startsIn(lines, title)
  const start =
    starts.findLast(({ line }) => isTitle(lines[line], title)) ?? starts.find(({ chatter }) => chatter <= MAX_CHATTER)
  if (!start) return undefined
  const body = lines.slice(start.line)
  return start.around ? withoutClosing(body, start.around) : body.join('\n').trim()
}

/** The index of the page's own title. */
function titleLine(text: string, title: string): number | undefined {
  const line = text.split('\n').findIndex((each) => isTitle(each, title))
  return line < 0 ? undefined : line
}

interface Start {
  /** The line of the heading. */
  line: number
  /** Characters before it. */
  chatter: number
  /** The fence wrapped around the page that begins there. */
  around: Fence | undefined
}

/** The headings outside code. A fence wrapped around the whole page doesn't count as code. */
function startsIn(lines: readonly string[], title: string): Start[] {
  const starts: Start[] = []
  let inside: Fence | undefined
  let around: Fence | undefined
  let chatter = 0
  for (const [line, text] of lines.entries()) {
    const fence = fenceIn(text)
    if (inside) {
      if (fence && closes(fence, inside)) inside = undefined
    } else if (fence && opensPage(lines, line, { title, begun: starts.length > 0 })) around = fence
    else if (fence && !(around && closes(fence, around))) inside = fence
    else if (isHeading(text) || isUnderline(lines[line + 1] ?? '')) starts.push({ line, chatter, around })
    chatter += text.length + 1
  }
  return starts
}

/** Drops the closing line of the outer fence and what follows it, unless the last fence closes one inside the page. */
function withoutClosing(lines: readonly string[], around: Fence): string {
  const fences = lines.flatMap((line, index) => (fenceIn(line)?.ticks.startsWith(around.ticks) ? [index] : []))
  return lines
    .slice(0, fences.length % 2 === 1 ? fences.at(-1) : undefined)
    .join('\n')
    .trim()
}

const hasBody = (markdown: string): boolean =>
  markdown.split('\n').some((line, index) => index > 0 && /[\p{L}\p{N}]/u.test(line) && !isHeading(line))

/** How models begin when they talk about themselves or their tools instead of the project. */
const asides = [
  /^(i['’]m|i am) (sorry|afraid|unable|not able)\b/i,
  /^(sorry|apologies|unfortunately), (but )?i\b/i,
  /^i apologi[sz]e\b/i,
  /^i (can ?not|can['’]t|could ?n['’]t|could not|won['’]t|do not|don['’]t|did not|didn['’]t) /i,
  /^i (do|did|was)( not|n['’]t) (have|able|find)/i,
  /^(i['’]ll|i will|i need to|i would need|let me|i['’]m going to|i am going to) /i,
  /^as an? (ai|artificial intelligence|large language model|language model|assistant)\b/i,
  /^(please|could you|can you) (grant|give|provide|allow|approve|share|tell)\b/i,
  /^(it (looks|seems) like|it appears( that)?) (i|you|the (repository|directory|folder) is empty)\b/i,
]

/** What documentation has and an excuse lacks: code, a list, a table, a quotation or a link. */
const substance = /^\s*([-*+>|]|\d+[.)])\s|^\s*(```|~~~)|\]\([^)]/

/** The first line, if the text is nothing but an aside: every section begins like one, and all of it is prose. */
function asideIn(text: string): string | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !isUnderline(line))
  const firsts = lines.filter((line, index) => !isHeading(line) && (index === 0 || isHeading(lines[index - 1] ?? '')))
  const talks = firsts.every((line) => asides.some((pattern) => pattern.test(line.trim())))
  return talks && !lines.some((line) => substance.test(line)) ? firsts[0]?.trim().slice(0, 120) : undefined
}
