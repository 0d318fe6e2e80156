import type { Root } from 'hast'
import { toString as textOf } from 'hast-util-to-string'
import { isNote } from './page-facts.ts'

/** Characters of a lead, as search engines and cards show it. */
const LONGEST = 180

/**
 * What a page says about its subject: the beginning of its first paragraph, other than a note on how it was made. The plan's
 * description is no substitute, because it was written before the page. Empty for a page without such a paragraph.
 */
export function leadOf(tree: Root): string {
  for (const node of tree.children) {
    if (node.type !== 'element' || node.tagName !== 'p' || isNote(node)) continue
    const text = textOf(node).replace(/\s+/g, ' ').trim()
    if (/\p{L}.*\p{L}/u.test(text)) return shortened(text)
  }
  return ''
}

/** Ends after a sentence if one ends in time, otherwise between words. */
function shortened(text: string): string {
  const characters = Array.from(text)
  if (characters.length <= LONGEST) return text
  const cut = characters.slice(0, LONGEST).join('')
  const sentences = [...cut.matchAll(/[.!?](?=\s)|[。！？]/g)]
  const end = sentences.at(-1)?.index
  if (end !== undefined && end > LONGEST / 3) return cut.slice(0, end + 1)
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), LONGEST / 2)).replace(/[\s,;:–—-]$/, '')}…`
}
