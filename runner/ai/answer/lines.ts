/** A line of markdown that opens or closes a code fence. */
export interface Fence {
  ticks: string
  /** The first word after the ticks. Only an opening fence has one. */
  language: string
}

/** The groups are disjoint, or a line of spaces would take quadratic time. */
const fence = /^ {0,3}(`{3,}|~{3,}(?!~))([^`]*)$/
const heading = /^#{1,6}\s+\S/

export function fenceIn(line: string): Fence | undefined {
  const [, ticks, info = ''] = fence.exec(line) ?? []
  return ticks === undefined ? undefined : { ticks, language: info.trim().split(/\s/, 1)[0] ?? '' }
}

/** Whether this fence closes the other one. */
export const closes = ({ ticks, language }: Fence, opened: Fence): boolean =>
  language === '' && ticks.startsWith(opened.ticks)

export const isHeading = (line: string): boolean => heading.test(line)

/** Whether the line underlines a heading. */
export const isUnderline = (line: string): boolean => /^=+\s*$/.test(line)

/** Whether a line is the title of the page. */
export const isTitle = (line: string | undefined, title: string): boolean =>
  line?.trim().toLowerCase() === `# ${title}`.toLowerCase()

/**
 * Whether the line opens a fence that the model has wrapped around a whole page: its first line is the page's title, or any heading
 * if no page has begun yet.
 */
export function opensPage(lines: readonly string[], index: number, page: { title: string; begun: boolean }): boolean {
  const opened = fenceIn(lines[index] ?? '')
  if (!opened || !['', 'markdown', 'md'].includes(opened.language)) return false
  let next = index + 1
  while (lines[next]?.trim() === '') next++
  return isTitle(lines[next], page.title) || (!page.begun && isHeading(lines[next] ?? ''))
}
