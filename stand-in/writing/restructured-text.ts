import type { TextFile } from '../clone/repository.ts'
import { type Resolve, readFragment } from './markdown.ts'
import { type Block, heading } from './nodes.ts'
import { excerpt } from './sources.ts'

/**
 * Reads a subset of reStructuredText: headings, paragraphs, simple lists, admonitions and code. Everything else (tables, other
 * directives, substitutions) is dropped; the page links to the file. Blocks keep their position.
 */
export function readRestructuredText(file: TextFile, resolve: Resolve): Block[] {
  const adornments: string[] = []
  return runsOf(file.lines).flatMap(({ start, end }): Block[] => {
    const position = { start: { line: start, column: 1 }, end: { line: end, column: 1 } }
    const lines = file.lines.slice(start - 1, end)
    const title = titleOf(lines)
    if (!title) return blocksOf(file, lines, start, end, resolve).map((block) => ({ ...block, position }))
    if (!adornments.includes(title.adornment)) adornments.push(title.adornment)
    return [{ ...heading(adornments.indexOf(title.adornment) + 1, title.text), position }]
  })
}

const codeDirective = /^\.\. (?:code-block|code|sourcecode|prompt|testcode|doctest|ipython)::\s*([a-z0-9+-]*)/
const admonition = /^\.\. (?:note|warning|tip|hint|important|caution|attention|danger|seealso|admonition)::\s*/
const notProse = /^(\.\.|:[\w-]+:|[|+=-]{2,})/

function blocksOf(file: TextFile, lines: string[], start: number, end: number, resolve: Resolve): Block[] {
  const [first = '', ...rest] = lines
  const before = file.lines.slice(0, start - 1).findLast((line) => line.trim()) ?? ''
  if (/^\s/.test(first)) {
    const opensCode = !before.startsWith('..') && before.trimEnd().endsWith('::')
    const lang = codeDirective.exec(before)?.[1] || 'text'
    if (opensCode || codeDirective.test(before)) return [{ ...excerpt(file, start, end), lang }]
    return admonition.test(before) ? prose(lines, resolve) : []
  }
  if (codeDirective.test(first) && rest.length > 0 && !rest[0]?.trim().startsWith(':')) {
    return [{ ...excerpt(file, start + 1, end), lang: codeDirective.exec(first)?.[1] || 'text' }]
  }
  if (admonition.test(first)) return prose([first.replace(admonition, ''), ...rest], resolve)
  return notProse.test(first) ? [] : prose(lines, resolve)
}

/** Runs of lines between blank ones. An indented run continues across blank lines while the indentation lasts. */
function runsOf(lines: string[]) {
  const runs: { start: number; end: number }[] = []
  for (const [index, line] of lines.entries()) {
    if (!line.trim()) continue
    const last = runs.at(-1)
    const isIndented = (text: string | undefined) => /^\s/.test(text ?? '')
    const goesOn = last && (last.end === index || (isIndented(line) && isIndented(lines[last.start - 1])))
    if (goesOn) last.end = index + 1
    else runs.push({ start: index + 1, end: index + 1 })
  }
  return runs
}

function titleOf(lines: string[]) {
  const isRule = (line: string | undefined) => /^([=\-~^"'#*+`:._])\1{2,}\s*$/.test(line ?? '')
  const overlined = isRule(lines[0]) && isRule(lines[2])
  const [text, rule] = overlined ? [lines[1], lines[2]] : [lines[0], lines[1]]
  if (!text?.trim() || isRule(text) || !isRule(rule) || /^\s/.test(overlined ? '' : text)) return undefined
  return { text: text.trim(), adornment: `${rule?.[0]}${overlined}` }
}

const markup = new RegExp(
  [
    '``(?<literal>[^`]+)``',
    ':[\\w:.-]{1,80}:`(?<role>[^`]+)`',
    '`(?<text>[^`<]+)<(?<url>https?:[^>`\\s]+)>`__?',
    '`(?<name>[^`<]+)(?:<[^>`]*>)?`_{0,2}',
    '(?<![\\w`.-])(?<word>\\w[\\w.-]*)_(?![\\w`])',
  ].join('|'),
  'g',
)

/** Converts prose to markdown. Emphasis and simple lists are the same in both; the rest is translated. */
function prose(lines: string[], resolve: Resolve): Block[] {
  const text = lines
    .map((line) => line.trimEnd().replace(/^(\s*)#\. /, '$11. '))
    .join('\n')
    .replace(/::$/, ':')
    .replace(markup, (...found) => {
      const { literal, role, text: label, url, name, word } = found.at(-1) as Record<string, string | undefined>
      if (url) return `[${label?.trimEnd()}](${url})`
      const shown = role && withoutTarget(role.replace(/^[~!/]+/, ''))
      return literal || shown ? `\`${literal ?? shown}\`` : (name?.trimEnd() ?? word ?? '')
    })
  return text.trim() === ':' ? [] : readFragment(dedented(text), resolve)
}

/** The text of `text <target>`. */
function withoutTarget(role: string): string {
  const at = role.endsWith('>') ? role.indexOf('<') : -1
  return at < 0 ? role : role.slice(0, at).trimEnd()
}

function dedented(text: string): string {
  const lines = text.split('\n')
  const margin = Math.min(...lines.filter((line) => line.trim()).map((line) => line.search(/\S/)))
  return lines.map((line) => line.slice(Number.isFinite(margin) ? margin : 0)).join('\n')
}
