import type { PhrasingContent, Table } from 'mdast'
import { toString as textOf } from 'mdast-util-to-string'
import { type Block, bullets, joined, paragraph } from './nodes.ts'

/**
 * Turns a table whose columns have no titles (except perhaps the first) into a list, because its header would be empty cells.
 * Undefined for any other table.
 */
export function untitledAsList({ children: [header, ...rows], position }: Table): Block[] | undefined {
  const [first, ...others] = header?.children.map((cell) => textOf(cell).trim()) ?? []
  if (others.length === 0 || others.some(Boolean) || rows.length === 0) return undefined
  const items = rows.map(({ children }) =>
    joined(
      children.filter((cell) => textOf(cell).trim()).map((cell): PhrasingContent[] => cell.children),
      ' – ',
    ),
  )
  const list = bullets(items).map((block) => ({ ...block, position }))
  return first ? [{ ...paragraph(`${first}:`), position }, ...list] : list
}
