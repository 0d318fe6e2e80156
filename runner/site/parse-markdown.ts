import type { Element, Nodes, Root } from 'hast'
import { h } from 'hastscript'
import type { Code } from 'mdast'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import remarkRehype from 'remark-rehype'
import { unified } from 'unified'
import { formatSourceRange } from '../../shared/page.ts'
import { rangeOfInfo } from './source-range.ts'

/**
 * Parses a page's markdown (CommonMark and GFM) into an HTML tree that is NOT sanitised yet. Drops raw HTML, replaces images with
 * their alternative text, and turns a fence with a source into `<figure data-source="path#L1-L9">` around exactly its text. Never
 * throws: markdown that is nested too deeply comes back as plain text.
 */
export function parseMarkdown(markdown: string): Root {
  if (TOO_DEEP.test(markdown)) return asText(markdown)
  try {
    const tree = processor.runSync(processor.parse(markdown.toWellFormed().replace(/\r\n?/g, '\n')))
    return depthOf(tree) > MAX_DEPTH ? asText(markdown) : tree
  } catch (error) {
    if (error instanceof RangeError) return asText(markdown)
    throw error
  }
}

// HTML parsers give up at 512 levels of nesting, and everything downstream walks the tree recursively.
const MAX_DEPTH = 100

// Nested quotes or lists on one line: parsing time grows quadratically with their number.
const TOO_DEEP = new RegExp(`^(?:[ \\t]*(?:>|(?:[-+*]|\\d{1,9}[.)])[ \\t])){${MAX_DEPTH},}`, 'm')

const altText = (_: unknown, { alt }: { alt?: string | null }) => ({ type: 'text' as const, value: alt ?? '' })

const processor = unified()
  .use(remarkParse)
  .use(remarkGfm)
  .use(remarkRehype, {
    clobberPrefix: 'note-',
    handlers: { code: (_: unknown, node: Code) => codeBlock(node), image: altText, imageReference: altText },
  })

function codeBlock({ lang, meta, value }: Code): Element {
  const language = lang?.startsWith('source=') ? undefined : lang?.split(/\s+/)[0]
  const className = language && /^[\w+#.-]{1,40}$/.test(language) ? [`language-${language}`] : undefined
  const block = h('pre', { tabIndex: 0 }, h('code', { className }, value))
  const range = rangeOfInfo(`${lang ?? ''} ${meta ?? ''}`)
  return range ? h('figure', { dataSource: formatSourceRange(range) }, block) : block
}

const depthOf = (node: Nodes): number =>
  'children' in node ? node.children.reduce((depth, child) => Math.max(depth, 1 + depthOf(child)), 0) : 0

const asText = (markdown: string): Root => ({ type: 'root', children: [h('pre', { tabIndex: 0 }, markdown)] })
