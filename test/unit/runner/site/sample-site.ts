import { renderSite } from '../../../../runner/site/render-site.ts'
import type { Page } from '../../../../shared/page.ts'
import type { SiteContext } from '../../../../shared/site.ts'
import { all, elementsOf, type Node, readHtml, textOf } from '../../../support/read-html.ts'

/** Renders a site from slugs and their markdown (null: planned but never finished) and parses its HTML files. */
export async function renderSample(
  pages: Record<string, string | null>,
  context: Partial<SiteContext> = {},
  details: Partial<Page> = {},
): Promise<Record<string, Node>> {
  const files = await renderSite(pagesOf(pages, details), { ...contextOf(pages), ...context })
  const html = files.filter(({ path }) => path.endsWith('.html'))
  return Object.fromEntries(html.map(({ path, body }) => [path, readHtml(String(body))]))
}

/** Renders a page `a` with this markdown and returns its content. */
export async function renderContent(
  markdown: string,
  context: Partial<SiteContext> = {},
  details: Partial<Page> = {},
): Promise<Node> {
  const page = (await renderSample({ a: markdown, b: '# B\n\n## There' }, context, details))['a.html']
  return elementsOf(page ?? { tag: '', attributes: {}, children: [] }).find(isContent) ?? failed()
}

export const contextOf = (pages: Record<string, unknown>): SiteContext => ({
  plan: {
    project_name: 'Courier',
    tagline: 'A small mail queue',
    navigation: [{ group: 'All', pages: Object.keys(pages).map((slug) => planned(slug)) }],
  },
  browseUrl: 'https://github.com/acme/courier',
  commit: '0123456789abcdef',
  ref: 'main',
  generatedAt: '2025-05-01T12:00:00.000Z',
  writtenBy: 'claude / claude-opus-4-6[1m]',
})

export const pagesOf = (pages: Record<string, string | null>, details: Partial<Page> = {}): Page[] =>
  Object.entries(pages).flatMap(([slug, markdown]) =>
    markdown === null ? [] : [{ ...planned(slug), markdown, citations: [], ...details }],
  )

/** The internal links of a site that don't resolve. */
export function deadLinks(site: Record<string, Node>): string[] {
  const ids = (file: string) => elementsOf(site[file] ?? failed()).flatMap(({ attributes }) => attributes.id ?? [])
  return Object.entries(site).flatMap(([from, page]) =>
    [...all(page, 'a'), ...all(page, 'link')].flatMap(({ attributes: { href } }) => {
      if (href === undefined) return [`${from}: a link without href`]
      if (/^(?:https?:\/\/|mailto:)/.test(href) || href === 'assets/style.css' || href === 'assets/icon.svg') return []
      const [, markdown] = /^\.\/([a-z0-9_-]+)\.md$/.exec(href) ?? []
      if (markdown !== undefined) return `${markdown}.html` in site ? [] : [`${from}: ${href}`]
      const [, file, , fragment] = /^(?:\.\/([a-z0-9_-]+\.html))?(#(.+))?$/s.exec(href) ?? []
      const target = file ?? from
      const found = (file ?? fragment) !== undefined && target in site
      const anchored =
        fragment === undefined || ids(target).some((id) => id === fragment || id === safeDecode(fragment))
      return found && anchored ? [] : [`${from}: ${href}`]
    }),
  )
}

/** The links of a node as `[text, href]`, but those of headings to themselves. */
export const linksOf = (node: Node): [string, string | undefined][] =>
  all(node, 'a')
    .filter(({ attributes }) => attributes.class !== 'permalink')
    .map((link) => [textOf(link), link.attributes.href])

const planned = (slug: string) => ({ slug, title: `Title of ${slug}`, description: `About ${slug}` })

const isContent = ({ attributes }: Node) => attributes.class === 'content'

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function failed(): never {
  throw new Error('the file or its content is missing')
}
