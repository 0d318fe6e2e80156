import { createHash } from 'node:crypto'
import type { Element, ElementContent, Parents, Root } from 'hast'
import { toString as textOf } from 'hast-util-to-string'
import { h } from 'hastscript'
import { SKIP, visit } from 'unist-util-visit'
import type { SiteFile } from '../../../shared/site.ts'
import type { Texts } from '../texts/en.ts'
import type { Diagram } from './draw-diagram.ts'

/** The mermaid texts of a page, which {@link placeDiagrams} replaces. */
export function diagramsIn(content: Root): string[] {
  const sources: string[] = []
  visitDiagrams(content, (source) => {
    sources.push(source)
    return undefined
  })
  return sources
}

/**
 * Puts drawings in the place of a sanitised page's mermaid texts, which stay below them, folded. A text that wasn't drawn stays as it
 * is, with a note.
 */
export function placeDiagrams(content: Root, diagrams: ReadonlyMap<string, Diagram>, texts: Texts): void {
  visitDiagrams(content, (source, pre) => {
    const diagram = diagrams.get(source)
    return diagram
      ? [figureOf(diagram, pre, texts)]
      : [h('p', { className: ['not-drawn'] }, texts.diagramNotDrawn), pre]
  })
}

/** The pictures of drawings. Their names are digests, so an older page that is still open never shows another drawing. */
export const diagramFiles = (diagrams: Iterable<Diagram>): SiteFile[] =>
  [...diagrams].flatMap(({ light, dark }) => [light, dark].map((body) => ({ path: fileOf(body), body })))

const fileOf = (picture: string): string =>
  `assets/diagram-${createHash('sha256').update(picture).digest('hex').slice(0, DIGITS)}.svg`

const DIGITS = 20

/** Both pictures are there and the style sheet shows one, since the reader can choose a theme that is not the system's. */
function figureOf({ light, dark, width, height, alternative }: Diagram, source: Element, texts: Texts): Element {
  const picture = (body: string, theme: string) =>
    h('img', { className: [`on-${theme}`], src: fileOf(body), alt: alternative, width, height, decoding: 'async' })
  return h(
    'figure',
    { className: ['diagram'] },
    h(
      'div',
      { className: ['scroll'], role: 'group', ariaLabel: texts.diagram, tabIndex: 0 },
      picture(light, 'light'),
      picture(dark, 'dark'),
    ),
    h('details', h('summary', texts.diagramAsText), source),
  )
}

type Replace = (source: string, pre: Element) => ElementContent[] | undefined

/** A fence with the source of a file is a quotation, and stays one. */
function visitDiagrams(content: Root, replace: Replace): void {
  visit(content, 'element', (node, index, parent: Parents | undefined) => {
    if (node.tagName === 'figure') return SKIP
    if (node.tagName !== 'pre' || !parent || index === undefined) return undefined
    const [code] = node.children
    if (code?.type !== 'element' || ![code.properties.className].flat().some(isMermaid)) return SKIP
    const replaced = replace(textOf(code), node) ?? [node]
    parent.children.splice(index, 1, ...replaced)
    return [SKIP, index + replaced.length]
  })
}

const isMermaid = (name: unknown): boolean => /^language-(?:mermaid|mmd)$/i.test(String(name))
