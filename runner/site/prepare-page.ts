import type { Element, Root } from 'hast'
import { toString as textOf } from 'hast-util-to-string'
import { h } from 'hastscript'
import rehypeSlug from 'rehype-slug'
import { unified } from 'unified'
import { SKIP, visit } from 'unist-util-visit'
import type { Page } from '../../shared/page.ts'
import { imagesIn } from './images/place-images.ts'
import { leadOf } from './lead.ts'
import { markCells } from './mark-cells.ts'
import { markUnconfirmed, unverifiedNodes } from './mark-unconfirmed.ts'
import { type ParsedPage, parsePage } from './parse-markdown.ts'
import type { OnHidden } from './tame-html.ts'
import { en, type Texts } from './texts/en.ts'

export interface PageHeading {
  depth: 2 | 3
  id: string
  text: string
}

/** A page prepared as far as possible without the other pages. Its links are still as the author wrote them. */
export interface PreparedPage {
  page: Page
  /** Not sanitised yet. Its first child is the page's only `h1`. */
  tree: Root
  /** The page's anchors as they will appear in the HTML. */
  ids: ReadonlySet<string>
  headings: PageHeading[]
  /** The links and figures whose citations are not verified. */
  unverified: ReadonlySet<Element>
  /** What the page says about itself. */
  lead: string
  /** Those of its site. */
  texts: Texts
  harmless: ParsedPage['harmless']
}

/** Prefixes every heading's id. An id with a dash cannot shadow a property of `document` or of a form. */
export const HEADING_PREFIX = 'section-'

/** Gives a page its single `h1` and its headings their ids, and makes its tables and code scrollable by keyboard. */
export function preparePage(page: Page, texts: Texts = en, onHidden?: OnHidden): PreparedPage {
  const { tree, harmless } = parsePage(page.markdown, onHidden)
  const unverified = unverifiedNodes(tree, page)
  markUnconfirmed(tree, page, texts)
  visit(tree, 'element', (node, index, parent) => {
    if (index === undefined || !parent) return
    // A block of HTML in a paragraph splits it, and one half may be empty.
    if ((isHeading(node) || (node.tagName === 'p' && !holdsImage(node))) && textOf(node).trim() === '') {
      parent.children.splice(index, 1)
      return [SKIP, index]
    }
    if (node.tagName === 'pre') node.properties.tabIndex = 0
    if (node.tagName === 'input') parent.children[index] = checkbox(node)
    if (node.tagName !== 'table') return
    markCells(node)
    parent.children[index] = h(
      'div',
      { className: ['scroll'], role: 'group', ariaLabel: texts.table, tabIndex: 0 },
      node,
    )
    return [SKIP, index + 1]
  })
  putTitleFirst(tree, page.title)
  slugger.runSync(tree)
  return {
    page,
    tree,
    ids: uniqueIds(tree),
    headings: headingsOf(tree),
    unverified,
    lead: leadOf(tree),
    texts,
    harmless,
  }
}

const slugger = unified().use(rehypeSlug, { prefix: HEADING_PREFIX })

const holdsImage = ({ children }: Element): boolean => imagesIn({ type: 'root', children }).length > 0

const isHeading = ({ tagName }: Element): boolean => /^h[1-6]$/.test(tagName)

const checkbox = ({ properties: { checked } }: Element): Element =>
  h('span', { className: ['task'], role: 'img', ariaLabel: checked ? 'done' : 'open' }, checked ? '☑' : '☐')

/** Keeps the author's title if the page begins with one, else uses the plan's. Any later `h1` becomes an `h2`. */
function putTitleFirst(tree: Root, title: string): void {
  const first = tree.children.find((node) => node.type === 'element')
  const own = first?.tagName === 'h1' ? first : undefined
  tree.children = [own ?? h('h1', {}, title), ...tree.children.filter((node) => node !== own)]
  visit(tree, { tagName: 'h1' }, (node, index, parent) => {
    if (parent === tree && index === 0) return
    if (node.type === 'element') node.tagName = 'h2'
  })
}

/** Collects the ids and removes duplicates, as when footnote `a` is used twice and there is a footnote `a-2`. */
function uniqueIds(tree: Root): Set<string> {
  const ids = new Set<string>()
  visit(tree, 'element', ({ properties }) => {
    if (properties.id === undefined) return
    if (ids.has(String(properties.id))) delete properties.id
    else ids.add(String(properties.id))
  })
  return ids
}

function headingsOf(tree: Root): PageHeading[] {
  const headings: PageHeading[] = []
  visit(tree, 'element', (node) => {
    const id = String(node.properties.id ?? '')
    if (!/^h[23]$/.test(node.tagName) || !id.startsWith(HEADING_PREFIX)) return
    headings.push({ depth: node.tagName === 'h2' ? 2 : 3, id, text: textOf(node).trim() })
  })
  return headings
}
