import type { Element } from 'hast'
import { toString as textOf } from 'hast-util-to-string'
import { visit } from 'unist-util-visit'

/** Characters from which a cell is prose, which needs room for its lines. */
const PROSE = 50
/** Characters up to which code in a cell stays in one line: a flag, a type, a name. */
const LONGEST_IN_ONE_LINE = 36

/** Marks the cells of a table that are prose, and their code that is too long for one line. */
export function markCells(table: Element): void {
  visit(table, 'element', (node) => {
    const length = () => textOf(node).trim().length
    if ((node.tagName === 'td' || node.tagName === 'th') && length() >= PROSE) addClass(node, 'prose')
    if (node.tagName === 'code' && length() > LONGEST_IN_ONE_LINE) addClass(node, 'long')
  })
}

const addClass = ({ properties }: Element, name: string): void => {
  properties.className = [...[properties.className ?? []].flat().map(String), name]
}
