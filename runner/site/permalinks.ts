import type { Root } from 'hast'
import { toString as textOf } from 'hast-util-to-string'
import { h } from 'hastscript'
import { SKIP, visit } from 'unist-util-visit'
import { HEADING_PREFIX } from './prepare-page.ts'
import type { Texts } from './texts/en.ts'
import { fill } from './texts/fill.ts'

/** Puts a link to itself beside each heading, outside of it, so that the heading's own text stays what it is. */
export function addPermalinks(tree: Root, texts: Texts): void {
  visit(tree, 'element', (node, index, parent) => {
    const id = String(node.properties.id ?? '')
    if (!/^h[2-6]$/.test(node.tagName) || !id.startsWith(HEADING_PREFIX) || !parent || index === undefined) return
    const ariaLabel = fill(texts.linkTo, { heading: textOf(node).trim() })
    const link = h('a', { className: ['permalink'], href: `#${encodeURIComponent(id)}`, ariaLabel })
    parent.children[index] = h('div', { className: ['heading', node.tagName] }, node, link)
    return SKIP
  })
}
