import type { Nodes } from 'hast'
import { parseSourceRange, type SourceRange } from '../../shared/page.ts'
import { en, type Texts } from './texts/en.ts'
import { fill } from './texts/fill.ts'

/** The range that a code fence's info string names with `source=path#L1-L9`. */
export function rangeOfInfo(info: string): SourceRange | undefined {
  const word = info.split(/\s+/).find((part) => part.startsWith('source='))
  return word === undefined ? undefined : rangeOf(word.slice('source='.length).replace(/^(["'])(.*)\1$/, '$2'))
}

/** The range that a node of {@link parseMarkdown}'s tree cites: a source link or a figure with a source. */
export function rangeOfNode(node: Nodes): SourceRange | undefined {
  if (node.type !== 'element') return undefined
  if (node.tagName === 'a') return rangeOfHref(node.properties.href)
  const { dataSource } = node.properties
  return node.tagName === 'figure' && typeof dataSource === 'string' ? rangeOf(dataSource) : undefined
}

/** Whether a path always stays inside the repository: no `..`, no leading slash, no backslash. A folder's may end with a slash. */
export const isRepositoryPath = (path: string): boolean =>
  path.isWellFormed() &&
  !/[\\\0]/.test(path) &&
  path
    .replace(/\/$/, '')
    .split('/')
    .every((part) => !['', '.', '..'].includes(part))

/** Line numbers as readers see them: `line 7`, `lines 1–9`, `whole file`, `folder`. */
export const linesText = ({ path, startLine, endLine = startLine }: SourceRange, texts: Texts = en): string => {
  if (startLine === undefined || endLine === undefined)
    return path.endsWith('/') ? texts.sourceFolder : texts.sourceWhole
  if (startLine === endLine) return fill(texts.sourceLine, { line: startLine })
  return fill(texts.sourceLines, { first: startLine, last: endLine })
}

/** Where lines are, in a word: `main.go:46–64`. */
export function placeText({ path, startLine, endLine }: SourceRange): string {
  if (startLine === undefined) return path
  return `${path}:${startLine === endLine ? startLine : `${startLine}–${endLine}`}`
}

/** The range that a URL cites: `source:path#L1-L9`, or a relative path as repositories link their own files. */
function rangeOfHref(href: unknown): SourceRange | undefined {
  if (typeof href !== 'string') return undefined
  const [, named] = /^source:(.*)$/is.exec(href) ?? []
  if (named !== undefined) return rangeOf(named)
  if (/^[^/]*:|\/$/.test(href)) return undefined
  const range = rangeOf(href)
  return range && isClearlyFile(range) ? range : undefined
}

/** A bare name like `usage.md` is more likely a page of the site. */
const isClearlyFile = ({ path, startLine }: SourceRange): boolean =>
  startLine !== undefined || /^[^/].*\/[^/]*\.\w+$/s.test(path)

function rangeOf(text: string): SourceRange | undefined {
  const range = parseSourceRange(text)
  return range && isRepositoryPath(range.path) ? range : undefined
}
