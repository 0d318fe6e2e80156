import type { HarmlessTag } from './harmless-html.ts'

interface OpenTag {
  name: string
  /** The start tag; undefined for an implied table cell. */
  openedBy: object | undefined
}

/**
 * Keeps track of open tags. Its methods return the HTML to emit, which always nests as an HTML parser expects; content in a table but
 * outside its cells is wrapped in a cell.
 */
export class OpenTags {
  readonly #open: OpenTag[] = []
  /** Start tags shown as text, whose end tags must be text too. */
  readonly #refused = new Set<object>()
  readonly #closed = new Set<object>()

  /** Opens an element; undefined if it isn't allowed here. */
  start(by: object, { becomes = '', isVoid, isBlock }: HarmlessTag, html: string): string | undefined {
    const isPart = TABLE_PARTS.has(becomes)
    if (this.#open.length >= MAX_OPEN || (isPart && this.#nearest('table') < 0)) {
      this.#refused.add(by)
      return undefined
    }
    const before = isPart ? this.#toPart(becomes) : this.beforeText() + this.#closeImplied(becomes, isBlock)
    if (!isVoid) this.#open.push({ name: becomes, openedBy: by })
    return before + html
  }

  /** Closes the element that `by` opened and everything still open inside it; undefined if `by` was refused. */
  end(by: object): string | undefined {
    if (this.#refused.has(by)) return undefined
    if (this.#closed.has(by)) return ''
    const at = this.#open.findLastIndex(({ openedBy }) => openedBy === by)
    return at < 0 ? '' : this.#closeTo(at)
  }

  text(html: string): string {
    return html.trim() === '' ? html : this.beforeText() + html
  }

  /** Whether text here would be in a table but outside its cells. */
  wantsCell(): boolean {
    return WANTS_CELL.has(this.#open.at(-1)?.name ?? '')
  }

  beforeText(): string {
    if (!this.wantsCell()) return ''
    const row = this.#open.at(-1)?.name === 'tr' ? '' : this.#openImplied('tr')
    return row + this.#openImplied('td')
  }

  beforeBlock(isHeading: boolean): string {
    return this.beforeText() + this.#closeImplied(isHeading ? 'h1' : 'div', true)
  }

  closeAll(): string {
    return this.#closeTo(0)
  }

  #openImplied(name: string): string {
    this.#open.push({ name, openedBy: undefined })
    return `<${name}>`
  }

  #closeTo(index: number): string {
    const closing = this.#open.splice(index).reverse()
    for (const { openedBy } of closing) if (openedBy) this.#closed.add(openedBy)
    return closing.map(({ name }) => `</${name}>`).join('')
  }

  /** Closes the elements that HTML ends implicitly when this one starts. */
  #closeImplied(name: string, isBlock: boolean): string {
    const ended = [
      ...(isBlock ? [this.#nearest('p')] : []),
      ...(/^h\d$/.test(name) ? ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((heading) => this.#nearest(heading)) : []),
      ...(name === 'li' ? [this.#nearest('li', 'ul', 'ol')] : []),
      ...(name === 'dt' || name === 'dd' ? [this.#nearest('dt', 'dl'), this.#nearest('dd', 'dl')] : []),
      ...(name === 'a' ? [this.#nearest('a')] : []),
    ].filter((index) => index >= 0)
    return ended.length === 0 ? '' : this.#closeTo(Math.min(...ended))
  }

  #toPart(name: string): string {
    const table = this.#nearest('table')
    if (!CELLS.has(name)) {
      const section =
        name === 'tr' ? Math.max(table, ...['thead', 'tbody', 'tfoot'].map((part) => this.#part(part))) : table
      return this.#closeTo(section + 1)
    }
    const row = this.#part('tr')
    if (row >= 0) return this.#closeTo(row + 1)
    const section = Math.max(table, ...['thead', 'tbody', 'tfoot'].map((part) => this.#part(part)))
    const closed = this.#closeTo(section + 1)
    return closed + this.#openImplied('tr')
  }

  /** The index of an open part of the innermost table; -1 if it isn't open. */
  #part(name: string): number {
    const at = this.#open.findLastIndex((open) => open.name === name)
    return at > this.#nearest('table') ? at : -1
  }

  /** The index of the innermost open element with this name; -1 if there isn't one or a border comes first. */
  #nearest(name: string, ...borders: string[]): number {
    const at = this.#open.findLastIndex(
      (open) => open.name === name || borders.includes(open.name) || (name !== 'table' && BORDERS.has(open.name)),
    )
    return this.#open[at]?.name === name ? at : -1
  }
}

/** HTML parsers give up on deep nesting. */
const MAX_OPEN = 40

const CELLS = new Set(['td', 'th'])
const TABLE_PARTS = new Set(['caption', 'thead', 'tbody', 'tfoot', 'tr', ...CELLS])
const WANTS_CELL = new Set(['table', 'thead', 'tbody', 'tfoot', 'tr'])
const BORDERS = new Set(['table', 'caption', ...CELLS])
