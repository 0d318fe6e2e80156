import type { Element, Root, RootContent } from 'hast'
import { toString as textOf } from 'hast-util-to-string'
import MiniSearch from 'minisearch'
import { visibleText } from '../../../shared/visible-text.ts'
import { HEADING_PREFIX } from '../prepare-page.ts'
import { fileOf, type SiteMap } from '../site-map.ts'
import { INDEX_OPTIONS } from './index-options.ts'
import type { SearchIndex } from './search-index.ts'

/** Characters of a block of code that are searched: its first lines say what it is. */
const MOST_CODE = 400

/** Makes the index of a site from its sanitised pages: what readers don't see is not in it. */
export function buildIndex({ groups, pages }: SiteMap, contents: ReadonlyMap<string, Root>): SearchIndex {
  const groupOf = (slug: string) => groups.find((group) => group.pages.some((page) => page.slug === slug))?.group ?? ''
  const sections = pages.flatMap(({ slug }, page) =>
    sectionsOf(contents.get(slug)).map(([anchor, heading, text]): SearchIndex['sections'][number] => [
      page,
      anchor,
      heading,
      text,
    ]),
  )
  const index = new MiniSearch(INDEX_OPTIONS)
  index.addAll(
    sections.map(([page, , heading, text], id) => ({
      id,
      title: visibleText(pages[page]?.title ?? ''),
      heading,
      text,
    })),
  )
  return {
    pages: pages.map(({ slug, title }) => [visibleText(title), fileOf(slug), visibleText(groupOf(slug))]),
    sections,
    index: index.toJSON(),
  }
}

/** A page's sections: what is under each heading of the second and third level, and what is before them. */
function sectionsOf(content: Root | undefined): [anchor: string, heading: string, text: string][] {
  const sections: [string, string, string[]][] = [['', '', []]]
  for (const node of content?.children ?? []) {
    const id = node.type === 'element' ? String(node.properties.id ?? '') : ''
    if (isHeading(node) && id.startsWith(HEADING_PREFIX)) {
      if (node.tagName === 'h1') continue
      sections.push([id, oneLine(textOf(node)), []])
    } else {
      sections.at(-1)?.[2].push(searchedText(node))
    }
  }
  return sections
    .map(([id, heading, texts]): [string, string, string] => [id, heading, oneLine(texts.join(' '))])
    .filter(([id, , text], index) => index === 0 || id !== '' || text !== '')
}

const isHeading = (node: RootContent): node is Element => node.type === 'element' && /^h[1-3]$/.test(node.tagName)

function searchedText(node: RootContent): string {
  if (node.type === 'text') return node.value
  if (node.type !== 'element') return ''
  if (node.tagName === 'pre') return textOf(node).slice(0, MOST_CODE)
  return node.children.map(searchedText).join('')
}

const oneLine = (text: string): string => visibleText(text).replaceAll(/\s+/g, ' ').trim()
