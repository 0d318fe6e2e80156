import type { Element, Root } from 'hast'
import rehypeRaw from 'rehype-raw'
import { unified } from 'unified'

/** The first `<svg>` in a text, as HTML reads it: nothing in it is an instruction to the parser. NOT sanitised. */
export function readSvg(text: string): Element | undefined {
  const root: Root = reader.runSync({ type: 'root', children: [{ type: 'raw', value: text }] })
  return root.children.find((child): child is Element => child.type === 'element' && child.tagName === 'svg')
}

const reader = unified().use(rehypeRaw)
