import { firstLine, lastLine, type Node, namedChildren } from '../syntax/grammar.ts'

/** The JSDoc comment right above a statement or member, ignoring decorators in between. */
export function leadingComment(node: Node): { start: number; text: string } | undefined {
  let above = node.previousNamedSibling
  if (above?.type === 'decorator') above = above.previousNamedSibling
  if (!above || !isJsDoc(above) || firstLine(node) - lastLine(above) > 1) return undefined
  return { start: firstLine(above), text: commentText(above.text) }
}

/** The comment at the top of a file, unless it belongs to a declaration or is a licence or tool directive. */
export function topComment(root: Node): string {
  const [first, second] = namedChildren(root).filter(({ type }) => type !== 'hash_bang_line')
  if (first?.type !== 'comment') return ''
  const isApart = !second || second.type === 'import_statement' || firstLine(second) - lastLine(first) > 1
  if (isJsDoc(first)) {
    const isAboutFile = /@(file|fileoverview|module|packageDocumentation)\b/.test(first.text)
    return (isAboutFile || isApart) && !isBoilerplate(first.text) ? commentText(first.text) : ''
  }
  return isApart || second?.type === 'comment' ? lineComments(root) : ''
}

/** A run of `//` lines at the top that ends with a blank line or an import. */
function lineComments(root: Node): string {
  const children = namedChildren(root).filter(({ type }) => type !== 'hash_bang_line')
  const end = children.findIndex(({ type }) => type !== 'comment')
  const run = children.slice(0, end === -1 ? children.length : end)
  const next = children[run.length]
  const last = run.at(-1)
  if (!last || (next && next.type !== 'import_statement' && firstLine(next) - lastLine(last) <= 1)) return ''
  const text = run.map((comment) => comment.text.replace(/^\/\/\s?/, '')).join('\n')
  return text.startsWith('/*') || isBoilerplate(text) ? '' : text
}

const isJsDoc = (node: Node) => node.type === 'comment' && node.text.startsWith('/**')

const isBoilerplate = (text: string) =>
  /copyright|licen[cs]e|eslint|@ts-|prettier|biome-ignore|use strict|<reference/i.test(text)

/** A JSDoc comment's text, up to its first block tag. */
function commentText(comment: string): string {
  const lines = comment
    .replace(/^\/\*\*/, '')
    .replace(/\*\/$/, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\*? ?/, '').replace(/^@(file|fileoverview|module|description|summary)\b\s?/, ''))
  const tag = lines.findIndex((line) => /^\s*@\w/.test(line))
  return lines
    .slice(0, tag === -1 ? lines.length : tag)
    .join('\n')
    .replace(/\{@link(?:code|plain)?\s+([^{}|\s]+)(?:[|\s][^{}]*)?\}/g, '`$1`')
    .trim()
}
