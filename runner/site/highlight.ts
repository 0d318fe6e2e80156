import type { Element, ElementContent, Root, RootContent } from 'hast'
import { toString as textOf } from 'hast-util-to-string'
import { h } from 'hastscript'
import { SKIP, visit } from 'unist-util-visit'
import { parseSourceRange } from '../../shared/page.ts'
import { highlighter } from './highlighter.ts'
import { fileLanguage, languageNamed } from './languages.ts'
import { splitIntoLines } from './split-into-lines.ts'

/** Characters of the longest block that is coloured. */
const LONGEST = 60_000
/** Characters of the longest line: minified code has no use for colours. */
const LONGEST_LINE = 2_000

/**
 * Colours the code of a sanitised page, names its language, and numbers the lines of excerpts. All that is added are elements of our
 * own around the text, which stays the same. Classes alone say what a token is, so the stylesheet's themes apply.
 */
export function highlightCode(tree: Root): void {
  visit(tree, 'element', (node, index, parent) => {
    if (node.properties.dataSource !== undefined) {
      dressExcerpt(node)
      return SKIP
    }
    if (node.tagName !== 'pre' || !parent || index === undefined) return
    parent.children[index] = dressBlock(node)
    return SKIP
  })
}

function dressBlock(pre: Element): Element {
  const code = codeOf(pre)
  const { dataTitle, ...properties } = pre.properties
  pre.properties = properties
  const language = code && (languageNamed(writtenLanguage(code)) ?? fileLanguage(String(dataTitle ?? '')))
  if (code) colour(code, language?.grammar)
  const head =
    language || dataTitle
      ? h(
          'div',
          { className: ['code-head'], dataLanguage: language?.label },
          dataTitle ? h('span', { className: ['file'] }, String(dataTitle)) : undefined,
        )
      : undefined
  return h('div', { className: ['code'] }, head, pre)
}

function dressExcerpt(figure: Element): void {
  const pre = figure.children.find((child): child is Element => child.type === 'element' && child.tagName === 'pre')
  const caption = figure.children.find(
    (child): child is Element => child.type === 'element' && child.tagName === 'figcaption',
  )
  const code = pre && codeOf(pre)
  if (!code) return
  const range = parseSourceRange(String(figure.properties.dataSource ?? ''))
  const language = languageNamed(writtenLanguage(code)) ?? fileLanguage(range?.path ?? '')
  colour(code, language?.grammar)
  if (range?.startLine !== undefined) code.children = splitIntoLines(code.children, range.startLine)
  delete pre.properties.dataTitle
  if (language && caption) caption.properties.dataLanguage = language.label
}

const codeOf = ({ children }: Element): Element | undefined =>
  children.find((child): child is Element => child.type === 'element' && child.tagName === 'code')

function writtenLanguage({ properties }: Element): string {
  const names = [properties.className ?? []].flat().map(String)
  return names.find((name) => name.startsWith('language-'))?.slice('language-'.length) ?? ''
}

function colour(code: Element, grammar: string | undefined): void {
  const text = textOf(code)
  if (grammar === undefined || text.length > LONGEST || text.split('\n').some(({ length }) => length > LONGEST_LINE))
    return
  code.children = highlighter.highlight(grammar, text).children.filter(isContent)
}

const isContent = (node: RootContent): node is ElementContent => node.type === 'element' || node.type === 'text'
