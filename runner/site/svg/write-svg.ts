import type { Element } from 'hast'
import rehypeStringify from 'rehype-stringify'
import { unified } from 'unified'
import { visibleText } from '../../../shared/visible-text.ts'

/** Writes a sanitised drawing as a file of its own. */
export const writeSvg = (svg: Element): string =>
  `${visibleText(writer.stringify({ type: 'root', children: [svg] })).replaceAll(NOT_IN_XML, '�')}\n`

const writer = unified().use(rehypeStringify, { space: 'svg', closeEmptyElements: true, tightSelfClosing: true })

const NOT_IN_XML = /[\ufffe\uffff]/g
