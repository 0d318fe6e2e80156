import type { Element, ElementContent, Properties } from 'hast'

export type Child = ElementContent | string | undefined | readonly Child[]

/**
 * Builds one HTML element. Strings become text and property values stay values, so whatever a plan or a page says is
 * escaped when the tree is written; `undefined` children are left out. Properties go by their hast names (`className`).
 */
export const h = (tagName: string, properties: Properties, ...children: readonly Child[]): Element => ({
  type: 'element',
  tagName,
  properties,
  children: children.flatMap(contentOf),
})

function contentOf(child: Child): ElementContent[] {
  if (child === undefined) return []
  if (typeof child === 'string') return [{ type: 'text', value: child }]
  return isList(child) ? child.flatMap(contentOf) : [child]
}

const isList = (child: ElementContent | readonly Child[]): child is readonly Child[] => Array.isArray(child)
