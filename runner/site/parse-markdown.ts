import type { Element, Nodes, Root } from 'hast'
import { h } from 'hastscript'
import type { Code, Image, ImageReference, Root as Markdown } from 'mdast'
import rehypeRaw from 'rehype-raw'
import remarkCjkFriendly from 'remark-cjk-friendly'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import remarkRehype, { type Options } from 'remark-rehype'
import { unified } from 'unified'
import { EXIT, visit } from 'unist-util-visit'
import { formatSourceRange } from '../../shared/page.ts'
import { labelAlerts } from './alerts.ts'
import { rangeOfInfo } from './source-range.ts'
import { type OnHidden, tameHtml, textTakenForHtml } from './tame-html.ts'
import { withholdCredentials } from './withhold-credentials.ts'

/**
 * Parses a page's markdown (CommonMark and GFM) into an HTML tree that is NOT sanitised yet. Keeps harmless raw HTML, shows what only
 * looks like HTML (`Promise<void>`) as text, and drops comments, scripts and styles. Turns an image into
 * `<span data-image="address">` around its alternative text, and a fence with a source into
 * `<figure data-source="path#L1-L9">` around exactly its text, unless the source is a file of
 * credentials. Never throws: markdown that is nested too deeply comes back as plain text.
 */
export const parseMarkdown = (markdown: string, onHidden?: OnHidden): Root => parsePage(markdown, onHidden).tree

export interface ParsedPage {
  tree: Root
  /** The markdown without what readers may not see. Undefined for a page that is plain text. */
  harmless: Markdown | undefined
}

/** The same, with the markdown that the tree was made from. */
export function parsePage(markdown: string, onHidden: OnHidden = () => undefined): ParsedPage {
  try {
    const page = harmlessMarkdown(markdown, onHidden)
    if (!page) return asText(markdown)
    const harmless = structuredClone(page)
    labelAlerts(page)
    const tree = toHtml.runSync(page)
    if (depthOf(tree) > MAX_DEPTH) return asText(markdown)
    return { tree: holdsRaw(tree) ? readRaw(tree) : tree, harmless }
  } catch (error) {
    if (error instanceof RangeError) return asText(markdown)
    throw error
  }
}

/** Leaves harmless HTML, and no quotation of a file of credentials. Undefined for markdown that would take too long. */
function harmlessMarkdown(markdown: string, onHidden: OnHidden): Markdown | undefined {
  if (TOO_DEEP.test(markdown) || hasTooManyOpen(markdown)) return undefined
  const page = parse(normaliseMarkdown(markdown))
  tameHtml(page, onHidden)
  withholdCredentials(page, onHidden)
  return page
}

/** A page's text as it is parsed: with line feeds only, and without halves of characters. Offsets of citations are those in it. */
export const normaliseMarkdown = (markdown: string): string => markdown.toWellFormed().replace(/\r\n?/g, '\n')

// HTML parsers give up at 512 levels of nesting, and everything downstream walks the tree recursively.
const MAX_DEPTH = 100

// Nested quotes or lists on one line: parsing time grows quadratically with their number.
const TOO_DEEP = new RegExp(`^(?:[ \\t]*(?:>|(?:[-+*]|\\d{1,9}[.)])[ \\t])){${MAX_DEPTH},}`, 'm')

/** Whether a paragraph opens so many comments without closing them that parsing, quadratic in their number, would take minutes. */
const hasTooManyOpen = (markdown: string): boolean =>
  markdown.split(/\n[ \t>]*\n/).some((paragraph) =>
    ENDS.some(([begin, end]) => {
      const beginnings = paragraph.slice(paragraph.lastIndexOf(end) + 1).split(begin).length - 1
      return beginnings * paragraph.length > MAX_STEPS
    }),
  )

const ENDS = [
  ['<!--', '-->'],
  ['<?', '?>'],
  ['<![CDATA[', ']]>'],
] as const
const MAX_STEPS = 20_000_000

/** How often a page is parsed because markdown was mistaken for HTML. After that, the rest of it stays plain text. */
const MAX_PASSES = 4

function parse(markdown: string): Markdown {
  let page = reader.parse(markdown)
  let source = markdown
  for (let pass = 1; pass < MAX_PASSES; pass++) {
    const taken = textTakenForHtml(page, source)
    if (taken.length === 0) break
    source = withBackslashes(source, taken)
    page = reader.parse(source)
  }
  markPlaces(page, offsetsIn(source, markdown))
  return page
}

/** Notes on each link and fence where it stands in the markdown, for those that mend its citation. */
function markPlaces(page: Markdown, offsetOf: (offset: number) => number): void {
  visit(page, (node) => {
    if (node.type !== 'link' && node.type !== 'linkReference' && node.type !== 'code') return
    const children = node.type === 'code' ? [] : node.children
    const texts =
      children.length === 0 ? [] : [children[0]?.position?.start.offset, children.at(-1)?.position?.end.offset]
    const offsets = [node.position?.start.offset, node.position?.end.offset, ...texts]
    if (!offsets.every((offset) => offset !== undefined)) return
    node.data = { ...node.data, hProperties: { dataAt: offsets.map(offsetOf).join('-') } }
  })
}

/** Gives the offset in the markdown of an offset in the source, which is the same but for further backslashes. */
function offsetsIn(source: string, markdown: string): (offset: number) => number {
  if (source === markdown) return (offset) => offset
  const offsets: number[] = []
  let at = 0
  for (let index = 0; index < source.length; index++) {
    offsets.push(at)
    if (source[index] === markdown[at]) at++
  }
  return (offset) => offsets[offset] ?? markdown.length
}

function withBackslashes(source: string, places: readonly number[]): string {
  const sorted = [...new Set(places)].sort((a, b) => a - b)
  const parts = sorted.map((place, index) => source.slice(sorted[index - 1] ?? 0, place))
  return [...parts, source.slice(sorted.at(-1) ?? 0)].join('\\')
}

type Handler = NonNullable<NonNullable<Options['handlers']>['image']>

const image: Handler = (_, { url, alt }: Image) => h('span', { dataImage: url }, alt ?? '')

const imageReference: Handler = (state, { identifier, alt }: ImageReference) => {
  const url = state.definitionById.get(identifier.toUpperCase())?.url
  return url === undefined ? { type: 'text', value: alt ?? '' } : h('span', { dataImage: url }, alt ?? '')
}

const reader = unified().use(remarkParse).use(remarkGfm, { singleTilde: false }).use(remarkCjkFriendly)

const toHtml = unified().use(remarkRehype, {
  allowDangerousHtml: true,
  clobberPrefix: 'note-',
  handlers: { code: (_: unknown, node: Code) => codeBlock(node), image, imageReference },
})

function readRaw(tree: Root): Root {
  // HTML ignores a line feed right after `<pre>`.
  visit(tree, { tagName: 'pre' }, (pre) => {
    visit(pre, 'text', (text) => {
      if (text.value.startsWith('\n')) text.value = `\n${text.value}`
      return EXIT
    })
  })
  return rawReader.runSync(tree)
}

const rawReader = unified().use(rehypeRaw)

function holdsRaw(tree: Root): boolean {
  let found = false
  visit(tree, 'raw', () => {
    found = true
    return EXIT
  })
  return found
}

function codeBlock({ lang, meta, value, data }: Code): Element {
  const language = lang?.startsWith('source=') ? undefined : lang?.split(/\s+/)[0]
  const className = language && /^[\w+#.-]{1,40}$/.test(language) ? [`language-${language}`] : undefined
  const dataTitle = titleIn(`${lang ?? ''} ${meta ?? ''}`)
  const block = h('pre', { tabIndex: 0, dataTitle }, h('code', { className }, value))
  const range = rangeOfInfo(`${lang ?? ''} ${meta ?? ''}`)
  return range ? h('figure', { dataSource: formatSourceRange(range), ...data?.hProperties }, block) : block
}

/** The `title="…"` of a fence, as other generators of sites know it. */
const titleIn = (info: string): string | undefined => {
  const [, quoted, single] = /(?:^|\s)(?:title|filename)=(?:"([^"\n]{1,200})"|'([^'\n]{1,200})')/.exec(info) ?? []
  return quoted ?? single
}

const depthOf = (node: Nodes): number =>
  'children' in node ? node.children.reduce((depth, child) => Math.max(depth, 1 + depthOf(child)), 0) : 0

const asText = (markdown: string): ParsedPage => ({
  tree: { type: 'root', children: [h('pre', { tabIndex: 0 }, markdown)] },
  harmless: undefined,
})
