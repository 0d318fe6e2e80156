import type { Element, ElementContent } from 'hast'
import { h } from 'hastscript'

/**
 * Wraps each line in an element with its number, for the stylesheet to show: the number is no text, so it is not copied. A token over
 * several lines is closed at the end of each and opened again. Each line feed stays at the end of its line.
 */
export function splitIntoLines(children: readonly ElementContent[], firstNumber: number): Element[] {
  const lines: ElementContent[][] = linesOf(children)
  // A last line feed ends a line; it begins none.
  if (lines.length > 1 && lines.at(-1)?.length === 0) lines.pop()
  return lines.map((line, index) => h('span', { className: ['line'], dataLine: String(firstNumber + index) }, line))
}

function linesOf(children: readonly ElementContent[]): ElementContent[][] {
  const lines: ElementContent[][] = [[]]
  for (const child of children) {
    const parts = child.type === 'text' ? textLines(child.value) : child.type === 'element' ? elementLines(child) : []
    for (const [index, part] of parts.entries()) {
      if (index > 0) lines.push([])
      lines.at(-1)?.push(...part)
    }
  }
  return lines
}

/** `a\nb` is `a\n` and `b`; `a\n` is `a\n` and nothing. */
function textLines(value: string): ElementContent[][] {
  const parts = value.split('\n')
  return parts.map((part, index) => {
    const text = index < parts.length - 1 ? `${part}\n` : part
    return text === '' ? [] : [{ type: 'text', value: text }]
  })
}

const elementLines = (element: Element): ElementContent[][] =>
  linesOf(element.children).map((children) => (children.length === 0 ? [] : [{ ...element, children }]))
