import { END_OF_PAGE } from './prompts.ts'

/** Why an answer isn't a page. The kinds are failure kinds of a call. */
export interface NotAPage {
  kind: 'not-a-page' | 'cut-off'
  message: string
}

/** A longer page would be unreadable and too slow to render. */
const MAX_CHARACTERS = 200_000

/** The most a model may say before its first heading, in characters. */
const MAX_CHATTER = 600

/**
 * Extracts the page from a model's answer. Strips the end mark, any chatter before the first heading, and the code fence that some
 * models wrap around the whole page. A page without its own title gets the plan's.
 *
 * @returns the markdown, or why the answer isn't a page
 */
export function readPage(text: string, title: string): string | NotAPage {
  if (text.length > MAX_CHARACTERS) {
    return { kind: 'not-a-page', message: `it is longer than ${MAX_CHARACTERS} characters` }
  }
  const end = endOf(text)
  const aside = asideIn(end === undefined ? text : text.slice(0, end))
  if (aside) return { kind: 'not-a-page', message: `it talks about itself ("${aside}")` }
  // Only the end mark tells a complete answer from one that was cut off.
  if (end === undefined) return { kind: 'cut-off', message: '' }
  const found = fromFirstHeading(text.slice(0, end))
  if (!found) return { kind: 'not-a-page', message: 'it does not begin with a heading' }
  const markdown = /^(# |[^#].*\n=)/.test(found) ? found : `# ${title}\n\n${found}`
  return hasBody(markdown) ? markdown : { kind: 'not-a-page', message: 'it has headings only' }
}

/** Where the end mark begins. Only the closing line of an outer fence may follow it. */
function endOf(text: string): number | undefined {
  const mark = text.lastIndexOf(END_OF_PAGE)
  const after = text.slice(mark + END_OF_PAGE.length)
  return mark >= 0 && /^(```+|~~~+)?$/.test(after.trim()) ? mark : undefined
}

/** Expects a line without trailing white space: two adjacent runs of `\s*` would backtrack quadratically. */
const fence = /^ {0,3}(`{3,}|~{3,})\s*([\w-]*)$/
const heading = /^#{1,6}\s+\S/

function fromFirstHeading(text: string): string | undefined {
  const lines = text.trim().split(/\r?\n/)
  let inside: string | undefined
  let chatter = 0
  for (const [index, line] of lines.entries()) {
    const [, ticks, language] = fence.exec(line.trimEnd()) ?? []
    if (inside) {
      if (ticks?.startsWith(inside) && language === '') inside = undefined
    } else if (ticks && ['', 'markdown', 'md'].includes(language ?? '') && heading.test(nextText(lines, index))) {
      return withoutClosing(lines.slice(index + 1), ticks)
    } else if (ticks) inside = ticks
    else if (heading.test(line) || /^=+\s*$/.test(lines[index + 1] ?? '')) return lines.slice(index).join('\n').trim()
    chatter += line.length + 1
    if (chatter > MAX_CHATTER) return undefined
  }
  return undefined
}

function nextText(lines: readonly string[], after: number): string {
  let index = after + 1
  while (lines[index]?.trim() === '') index++
  return lines[index] ?? ''
}

/** Drops the closing line of the outer fence, unless the last line closes a fence inside the page. */
function withoutClosing(lines: string[], ticks: string): string {
  const body = lines.join('\n').trim()
  const fences = body.split('\n').filter((line) => /^ {0,3}(`{3,}|~{3,})/.test(line))
  const closes = fences.length % 2 === 1 && body.endsWith(`\n${ticks}`)
  return (closes ? body.slice(0, -ticks.length) : body).trim()
}

const hasBody = (markdown: string): boolean =>
  markdown.split('\n').some((line, index) => index > 0 && /[\p{L}\p{N}]/u.test(line) && !heading.test(line))

/**
 * How models begin when they talk about themselves or their tools instead of the project. Documentation isn't written in the first
 * person. Only the start of the text is checked, so a page that quotes such words is still a page.
 */
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

/** The text's first paragraph, if it is an aside. Text before the first heading is only chatter and doesn't count. */
function asideIn(text: string): string | undefined {
  const body = fromFirstHeading(text) ?? text
  const first = body
    .split('\n')
    .map((line) => line.trim())
    .find((line) => line !== '' && !heading.test(line) && !fence.test(line) && !/^=+$/.test(line))
  return asides.some((pattern) => pattern.test(first ?? '')) ? first?.slice(0, 120) : undefined
}
