import type { Root } from 'hast'
import rehypeSanitize, { defaultSchema, type Options } from 'rehype-sanitize'
import { unified } from 'unified'
import { EXTERNAL_REL } from './source-link.ts'

/**
 * The last step for a page's content: only these elements, attributes, ids and protocols get through. None of them can load a
 * resource, run, style itself, or shadow a property of `document`.
 */
export const sanitise = (tree: Root): Root => sanitiser.runSync(tree)

const ALIGN: [string, ...string[]] = ['align', 'left', 'center', 'right']

const schema: Options = {
  tagNames: [
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'p', 'blockquote', 'ul', 'ol', 'li', 'hr', 'br', 'section', 'div'],
    ...['a', 'em', 'strong', 'del', 'sup', 'sub', 'span', 'small', 'code', 'pre', 'figure', 'figcaption'],
    ...['b', 'cite', 'i', 'ins', 'kbd', 'mark', 'q', 's', 'samp', 'u', 'var', 'details', 'summary', 'dl', 'dt', 'dd'],
    ...['table', 'caption', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td'],
  ],
  attributes: {
    '*': [['id', /^section-/, /^note-fn/, 'footnote-label']],
    a: [
      ...['href', 'title', 'ariaLabel', 'dataFootnoteRef', 'dataFootnoteBackref'],
      ['rel', ...EXTERNAL_REL],
      ['className', 'source'],
      ['ariaDescribedBy', 'footnote-label'],
    ],
    code: [['className', 'long', /^language-[\w+#.-]+$/]],
    details: [['open', true]],
    div: [
      ['className', 'scroll', 'alert', /^alert-(?:note|tip|important|warning|caution)$/],
      ['role', 'group', 'note'],
      ...['ariaLabel', ALIGN],
      ['tabIndex', 0],
    ],
    figure: ['dataSource'],
    h1: [ALIGN],
    h2: [['className', 'sr-only'], ALIGN],
    h3: [ALIGN],
    li: [['className', 'task-list-item']],
    ol: ['start', ['className', 'contains-task-list']],
    p: [['className', 'alert-title'], ALIGN],
    pre: [['tabIndex', 0], 'dataTitle'],
    section: ['dataFootnotes', ['className', 'footnotes']],
    small: [['className', 'unverified']],
    span: [['className', 'source', 'place', 'task'], 'title', 'dataImage', ['role', 'img'], 'ariaLabel'],
    td: [['className', 'prose'], ALIGN, ...['colSpan', 'rowSpan']],
    th: [['className', 'prose'], ALIGN, ...['colSpan', 'rowSpan']],
    ul: [['className', 'contains-task-list']],
  },
  ancestors: {
    ...defaultSchema.ancestors,
    ...{ caption: ['table'], summary: ['details'], dt: ['dl'], dd: ['dl'], li: ['ul', 'ol'] },
  },
  protocols: { href: ['http', 'https', 'mailto'] },
  // The ids above already have their prefixes, so links to them can be checked before this step.
  clobber: [],
  required: {},
  strip: ['script', 'style'],
}

const sanitiser = unified().use(rehypeSanitize, schema)
