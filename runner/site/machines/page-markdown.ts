import { h } from 'hastscript'
import type { Link, PhrasingContent, Root, Text } from 'mdast'
import remarkGfm from 'remark-gfm'
import remarkStringify from 'remark-stringify'
import { unified } from 'unified'
import { SKIP, visit } from 'unist-util-visit'
import { formatSourceRange, type SourceRange } from '../../../shared/page.ts'
import type { SiteContext } from '../../../shared/site.ts'
import { visibleText } from '../../../shared/visible-text.ts'
import type { SiteImage } from '../images/take-images.ts'
import { internalUrl } from '../internal-url.ts'
import type { PreparedPage } from '../prepare-page.ts'
import { sourceUrl } from '../source-link.ts'
import { rangeOfInfo, rangeOfNode } from '../source-range.ts'
import { placeMarkdownImages } from './markdown-images.ts'

/**
 * A page as markdown for machines, with what its HTML shows and no more: no comments, scripts or quotations of credential files, links
 * that work beside the site's other files, and sources as links to the repository's host. A page whose HTML is plain text is a block
 * of text here, too.
 */
export function pageMarkdown(
  prepared: PreparedPage,
  pages: ReadonlyMap<string, PreparedPage>,
  context: SiteContext,
  images: ReadonlyMap<string, SiteImage> = new Map(),
): string {
  const { markdown, title } = prepared.page
  const asText = () => visibleText(`# ${title}\n\n${fenced(markdown)}\n`)
  if (!prepared.harmless) return asText()
  try {
    const tree = structuredClone(prepared.harmless)
    placeMarkdownImages(tree, images)
    resolveTargets(tree, { prepared, pages, context, unverified: unverifiedRanges(prepared) })
    if (!startsWithTitle(tree)) tree.children.unshift({ type: 'heading', depth: 1, children: [textNode(title)] })
    return visibleText(writer.stringify(tree).replaceAll(ESCAPED_ALERT, '$1[!'))
  } catch (error) {
    if (error instanceof RangeError) return asText()
    throw error
  }
}

const writer = unified().use(remarkGfm).use(remarkStringify, { bullet: '-', rule: '-', fences: true })

/** The writer escapes what begins an alert, because to plain markdown it looks like a link. */
const ESCAPED_ALERT = /^(>[> ]{0,20})\\\[!(?=[A-Z]+\])/gm

const textNode = (value: string): Text => ({ type: 'text', value })

function startsWithTitle({ children }: Root): boolean {
  const [first] = children
  return first?.type === 'heading' && first.depth === 1
}

interface Where {
  prepared: PreparedPage
  pages: ReadonlyMap<string, PreparedPage>
  context: SiteContext
  /** As pages cite them. */
  unverified: ReadonlySet<string>
}

const unverifiedRanges = ({ page }: PreparedPage): ReadonlySet<string> =>
  new Set(page.citations.filter(({ verified }) => !verified).map(formatSourceRange))

function resolveTargets(tree: Root, where: Where): void {
  visit(tree, 'definition', (node) => {
    node.url = targetOf(node.url, where) ?? '#'
  })
  visit(tree, 'link', (node, index, parent) => {
    if (!parent || index === undefined) return undefined
    const parts = linkParts(node, where)
    parent.children.splice(index, 1, ...parts)
    return [SKIP, index + parts.length]
  })
  visit(tree, 'code', (node, index, parent) => {
    const range = rangeOfInfo(`${node.lang ?? ''} ${node.meta ?? ''}`)
    if (!parent || index === undefined || !range || !where.unverified.has(formatSourceRange(range))) return
    const note = `(The excerpt of ${formatSourceRange(range)} is not verified.)`
    parent.children.splice(index + 1, 0, { type: 'paragraph', children: [textNode(note)] })
  })
}

function linkParts(link: Link, where: Where): PhrasingContent[] {
  const range = rangeOf(link.url)
  const url = targetOf(link.url, where)
  const note = range && where.unverified.has(formatSourceRange(range)) ? [textNode(' (not verified)')] : []
  if (url !== undefined) return [{ ...link, url }, ...note]
  return range ? [...link.children, textNode(` (${formatSourceRange(range)})`), ...note] : link.children
}

const rangeOf = (url: string): SourceRange | undefined => rangeOfNode(h('a', { href: url }))

/** Where a link leads: to the repository's host, to another page's markdown, or out; undefined if nowhere. */
function targetOf(href: string, { prepared, pages, context }: Where): string | undefined {
  const range = rangeOf(href)
  if (range) return sourceUrl(range, context)
  if (/^(?:https?|mailto):$/.test(URL.parse(href)?.protocol ?? '')) return href
  const [file = '', anchor] = internalUrl(h('a', { href }), prepared, pages)?.split('#') ?? []
  if (file === '' && anchor === undefined) return undefined
  const heading = anchor === undefined ? '' : `#${anchor.replace(/^section-/, '')}`
  return file.replace(/^\.\//, '').replace(/\.html$/, '.md') + heading
}

/** Text in a fence that is longer than any in it. */
function fenced(text: string): string {
  const longest = (text.match(/`+/g) ?? []).reduce((most, ticks) => Math.max(most, ticks.length), 2)
  const fence = '`'.repeat(longest + 1)
  return `${fence}\n${text}\n${fence}`
}
