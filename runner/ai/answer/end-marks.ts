import { closes, type Fence, fenceIn, isHeading, opensPage } from './lines.ts'

/** The mark alone on its line, whatever punctuation surrounds it. */
const alone = /^[^\p{L}\p{N}]*docsfy\s*:\s*end[^\p{L}\p{N}]*$/iu

/** The mark as a comment among other words. */
const comment = /<!-{1,3}\s*docsfy[\s:._-]*end\s*-{1,3}>/i

/**
 * Splits an answer at its end marks, however they are written, and drops what follows the last. A mark in a code fence or between
 * backquotes is a quotation, unless it is alone there.
 */
export function beforeEndMarks(text: string, title: string): string[] {
  const lines = text.split(/\r?\n/)
  const closingOf = closings(lines)
  const parts: string[] = []
  let part: string[] = []
  let begun = false
  let around: Fence | undefined
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? ''
    const before = beforeMark(line)
    const fence = before === undefined ? fenceIn(line) : undefined
    if (fence && opensPage(lines, index, { title, begun })) around = fence
    // Inside a fence around the whole page, a fence without a language may be its closing line.
    const isEnd = fence && around && fence !== around && closes(fence, around)
    const end = fence && fence !== around && !isEnd ? closingOf(index, fence) : undefined
    const inside = end === undefined ? [] : lines.slice(index + 1, end)
    if (before !== undefined || isMarkOnly(inside)) {
      parts.push([...part, before ?? ''].join('\n'))
      part = []
      begun = false
    } else if (part.length > 0 || (line.trim() && !isEnd)) {
      // Not spread: there may be more lines than a call takes arguments.
      for (const each of lines.slice(index, (end ?? index) + 1)) part.push(each)
      begun ||= isHeading(line)
    }
    index = end ?? index
  }
  return parts
}

/** The line's text before the mark, or undefined if it has no mark. */
function beforeMark(line: string): string | undefined {
  if (!/docsfy/i.test(line)) return undefined
  if (alone.test(line.replaceAll(/&[lg]t;/g, ''))) return ''
  const { index } = comment.exec(line) ?? {}
  if (index === undefined) return undefined
  const before = line.slice(0, index)
  const isQuoted = (before.match(/`/g)?.length ?? 0) % 2 === 1
  return isQuoted ? undefined : before
}

const isMarkOnly = (lines: readonly string[]): boolean => {
  const said = lines.filter((line) => line.trim() !== '')
  return said.length === 1 && beforeMark(said[0] ?? '') === ''
}

/** Finds the closing line of a fence. Remembers failures, so that many unclosed fences don't take quadratic time. */
function closings(lines: readonly string[]): (from: number, opened: Fence) => number | undefined {
  const neverClosed = new Set<string>()
  return (from, opened) => {
    if (neverClosed.has(opened.ticks)) return undefined
    for (let index = from + 1; index < lines.length; index++) {
      const found = fenceIn(lines[index] ?? '')
      if (found && closes(found, opened)) return index
    }
    neverClosed.add(opened.ticks)
    return undefined
  }
}
