import { firstLine, lastLine, type Node } from './grammar.ts'

export interface Comment {
  /** Its first line. */
  start: number
  /** Its words, without marks. */
  text: string
}

/** The comment that ends on the line before a declaration, or before its attributes. */
export function docAbove(node: Node, isDoc: (comment: string) => boolean): Comment | undefined {
  const run: Node[] = []
  let line = firstLine(node)
  for (let above = before(node); above && line - lastLine(above) <= 1; above = above.previousNamedSibling) {
    if (isComment(above)) run.unshift(above)
    else if (run.length > 0 || !/^(attribute|decorator)/.test(above.type)) break
    line = firstLine(above)
  }
  return commentOf(run.filter(({ text }) => isDoc(text)))
}

/** The words of the comments at the top of a file, unless they are about the declaration below or about the licence. */
export function topDoc(root: Node, isDoc: (comment: string) => boolean): string {
  const children = root.namedChildren.filter((child) => child !== null && child.type !== 'php_tag')
  const end = children.findIndex((child) => child && !isComment(child))
  const comments = children.slice(0, end === -1 ? children.length : end).filter((each) => each !== null)
  const next = children[comments.length]
  const runs = comments.reduce<Node[][]>((all, each) => {
    const last = all.at(-1)?.at(-1)
    if (last && firstLine(each) - lastLine(last) <= 1) all.at(-1)?.push(each)
    else all.push([each])
    return all
  }, [])
  for (const run of runs) {
    const text = plainText(
      run
        .filter((each) => !each.text.startsWith('#!'))
        .map((each) => each.text)
        .join('\n'),
    )
    const last = run.at(-1)
    const isAboutNext = next && last && firstLine(next) - lastLine(last) <= 1 && !/^(package|namespace)/.test(next.type)
    const paragraphs = beforeBoilerplate(text.split(/\n\s*\n/))
    const isAboutFile = !isAboutNext || /^\/[/*]!/.test(run[0]?.text ?? '')
    if (isAboutFile && paragraphs.length > 0 && run.some((each) => isDoc(each.text) || !/^\/\*\*/.test(each.text)))
      return paragraphs.join('\n\n')
  }
  return ''
}

function beforeBoilerplate(paragraphs: string[]): string[] {
  const end = paragraphs.findIndex((paragraph) => !isProse(paragraph))
  return end === -1 ? paragraphs : paragraphs.slice(0, end)
}

/** Ruby has the first comment of a body before the body. */
const before = (node: Node): Node | null =>
  node.previousNamedSibling ?? (node.parent?.type === 'body_statement' ? node.parent.previousNamedSibling : null)

const isComment = ({ type }: Node) => type.includes('comment')

function commentOf(run: Node[]): Comment | undefined {
  const [first] = run
  const text = first && plainText(run.map((each) => each.text).join('\n'))
  return text && isProse(text) ? { start: firstLine(first), text } : undefined
}

/** Whether a text is words for people: no licence, no order to a tool, no code that was commented out. */
export function isProse(text: string): boolean {
  const first = text.trim().split(/\n\s*\n/, 1)[0] ?? ''
  const signs = first.replaceAll(/`[^`\n]*`/g, '').match(/[{};=<>|$\\]|\(\)|->|::/g)?.length ?? 0
  const isBoilerplate =
    /copyright|licen[cs]ed? |spdx-|all rights reserved|eslint|@ts-|prettier|biome-ignore|<reference|shellcheck|rubocop|frozen_string|clang-format|nolint|^(noqa|region|todo|fixme)\b|use strict|-\*-|vim?:|^go:|^nosec/i
  return /\p{L}{2}/u.test(first) && signs <= first.length / 25 && !/[;{]$/m.test(first) && !isBoilerplate.test(first)
}

/** The words of a comment: without marks, XML tags, and everything from the first block tag on. */
function plainText(comment: string): string {
  const lines = comment.split('\n').map((line) =>
    line
      .trim()
      .replace(/^(\/\*+!?|\/\/[/!]?|#+!?|\*+(?!\*?\w))/, '')
      .replace(/\*{0,40}\*\/$/, '')
      .replace(/^ /, '')
      .replace(/^[@\\](brief|short|file|fileoverview|module|description|summary)\b\s?/, ''),
  )
  const tag = lines.findIndex((line) => /^\s*(@|\\(param|return|since)|<(param|returns|remarks|typeparam))/.test(line))
  return lines
    .slice(0, tag === -1 ? lines.length : tag)
    .join('\n')
    .replaceAll(/\{@(?:link|code|linkplain)\s([^{}\n]{1,200})\}/g, '`$1`')
    .replaceAll(/<(?:see|paramref|typeparamref) (?:cref|name|langword)="([^"\n]{1,200})"\s?\/>/g, '`$1`')
    .replaceAll(/<\/?(?:summary|para|p|ul|ol|li|c|code|pre|b|i|em|inheritdoc)\s?\/?>/g, '')
    .replaceAll(/^[-=*#/\s]*$/gm, '')
    .trim()
}
