import { END_OF_PAGE } from './prompts.ts'

/** Why an answer is no page, by the names that failures of a call have. */
export interface NotAPage {
  kind: 'not-a-page' | 'cut-off'
  said: string
}

/** Nobody reads more on one page, and rendering it would take too long. */
const MAX_CHARACTERS = 200_000

/** What a model says before it begins, at most. */
const MAX_CHATTER = 600

/**
 * The page in a model's answer: without its end mark, without what was said before its first heading, and out of the code
 * fence that some models put around all of it. A page without a title of its own gets the plan's.
 *
 * @returns the markdown, or why this is no page
 */
export function readPage(text: string, title: string): string | NotAPage {
  if (text.length > MAX_CHARACTERS) {
    return { kind: 'not-a-page', said: `it is longer than ${MAX_CHARACTERS} characters` }
  }
  const end = endOf(text)
  const aside = asideIn(end === undefined ? text : text.slice(0, end))
  if (aside) return { kind: 'not-a-page', said: `it talks about itself ("${aside}")` }
  // Nothing else tells a whole answer from one that was cut off.
  if (end === undefined) return { kind: 'cut-off', said: '' }
  const found = fromFirstHeading(text.slice(0, end))
  if (!found) return { kind: 'not-a-page', said: 'it does not begin with a heading' }
  const markdown = /^(# |[^#].*\n=)/.test(found) ? found : `# ${title}\n\n${found}`
  return hasBody(markdown) ? markdown : { kind: 'not-a-page', said: 'it has headings only' }
}

/** Where the end mark begins; after it may come no more than the end of a fence around everything. */
function endOf(text: string): number | undefined {
  const mark = text.lastIndexOf(END_OF_PAGE)
  const after = text.slice(mark + END_OF_PAGE.length)
  return mark >= 0 && /^(```+|~~~+)?$/.test(after.trim()) ? mark : undefined
}

/** Of a line without the space at its end: two runs of space with nothing between them could be told apart in too many ways. */
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

/** The other end of a fence around everything: the last line, unless that closes a fence inside. */
function withoutClosing(lines: string[], ticks: string): string {
  const body = lines.join('\n').trim()
  const fences = body.split('\n').filter((line) => /^ {0,3}(`{3,}|~{3,})/.test(line))
  const closes = fences.length % 2 === 1 && body.endsWith(`\n${ticks}`)
  return (closes ? body.slice(0, -ticks.length) : body).trim()
}

const hasBody = (markdown: string): boolean =>
  markdown.split('\n').some((line, index) => index > 0 && /[\p{L}\p{N}]/u.test(line) && !heading.test(line))

/**
 * How a model begins that talks about itself or its tools instead of the project. Documentation is not written in the first
 * person, and these are looked for only where the text itself begins, so a page that quotes such words stays a page.
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

/** The first sentence of the text's first paragraph, if it is such a one. A single one before the first heading is only chatter. */
function asideIn(text: string): string | undefined {
  const body = fromFirstHeading(text) ?? text
  const first = body
    .split('\n')
    .map((line) => line.trim())
    .find((line) => line !== '' && !heading.test(line) && !fence.test(line) && !/^=+$/.test(line))
  return asides.some((pattern) => pattern.test(first ?? '')) ? first?.slice(0, 120) : undefined
}
