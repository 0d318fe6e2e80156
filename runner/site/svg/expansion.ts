import type { Element } from 'hast'
import { visit } from 'unist-util-visit'

/**
 * How many elements a browser draws at most for a picture, if it draws what is referred to once for each reference. A few lines can
 * refer to each other in a way that takes years; infinite if something refers to itself.
 */
export function expansionOf(svg: Element): number {
  const byId = new Map<string, Element>()
  visit(svg, 'element', (node) => {
    const id = node.properties.id
    if (typeof id === 'string' && !byId.has(id)) byId.set(id, node)
  })
  const known = new Map<Element, number>()
  const count = (node: Element): number => {
    const before = known.get(node)
    if (before !== undefined) return before
    known.set(node, Number.POSITIVE_INFINITY)
    let elements = 1
    for (const id of referencesOf(node)) {
      const target = byId.get(id)
      if (target) elements += count(target)
    }
    for (const child of node.children) if (child.type === 'element') elements += count(child)
    known.set(node, elements)
    return elements
  }
  return count(svg)
}

const referencesOf = ({ properties }: Element): string[] =>
  Object.entries(properties).flatMap(([name, value]) => {
    const text = String(value)
    if (name === 'href' || name === 'xLinkHref') return [text.slice(1)]
    return Array.from(text.matchAll(/url\(["']?#([\w:.-]{1,100})/g), ([, id = '']) => id)
  })
