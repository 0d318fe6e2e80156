import type {
  Code,
  Emphasis,
  Heading,
  InlineCode,
  Link,
  List,
  Paragraph,
  PhrasingContent,
  RootContent,
  Table,
} from 'mdast'

/** A page is built as a syntax tree and serialised, so no text from a repository can become markup. */
export type Block = RootContent
export type Inline = PhrasingContent | string
export type { Link }

const inline = (parts: Inline[]): PhrasingContent[] =>
  parts.map((part) => (typeof part === 'string' ? { type: 'text', value: part } : part))

export const heading = (depth: number, ...parts: Inline[]): Heading => ({
  type: 'heading',
  depth: Math.min(Math.max(depth, 1), 6) as Heading['depth'],
  children: inline(parts),
})

export const paragraph = (...parts: Inline[]): Paragraph => ({ type: 'paragraph', children: inline(parts) })
export const emphasis = (...parts: Inline[]): Emphasis => ({ type: 'emphasis', children: inline(parts) })
export const code = (value: string): InlineCode => ({ type: 'inlineCode', value: value.replace(/\s+/g, ' ').trim() })
export const fence = (value: string): Code => ({ type: 'code', lang: 'text', value })
export const link = (url: string, ...parts: Inline[]): Link => ({ type: 'link', url, children: inline(parts) })

/** Blocks under a heading; empty without blocks. */
export const titled = (title: string, blocks: Block[], depth = 2): Block[] =>
  blocks.length === 0 ? [] : [heading(depth, title), ...blocks]

/** A tight list; empty without items. */
export const bullets = (items: Inline[][]): List[] =>
  items.length === 0
    ? []
    : [
        {
          type: 'list',
          ordered: false,
          spread: false,
          children: items.map((item) => ({ type: 'listItem', spread: false, children: [paragraph(...item)] })),
        },
      ]

/** A table whose cells are lists of inline parts; empty without rows. */
export const table = (header: string[], rows: Inline[][][]): Table[] =>
  rows.length === 0 ? [] : [{ type: 'table', children: [header.map((title) => [title]), ...rows].map(tableRow) }]

const tableRow = (cells: Inline[][]): Table['children'][number] => ({
  type: 'tableRow',
  children: cells.map((cell) => ({ type: 'tableCell', children: inline(cell) })),
})

/** Joins inline parts with a separator. */
export const joined = (parts: Inline[][], between = ', '): Inline[] =>
  parts.flatMap((part, index) => (index === 0 ? part : [between, ...part]))
