import type { Root } from 'hast'
import rehypeRaw from 'rehype-raw'
import rehypeSlug from 'rehype-slug'
import rehypeStringify from 'rehype-stringify'
import remarkCjkFriendly from 'remark-cjk-friendly'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import remarkRehype from 'remark-rehype'
import { unified } from 'unified'
import { drawDiagrams } from '../../runner/site/diagrams/draw-diagrams.ts'
import { renderSite } from '../../runner/site/render-site.ts'
import { sanitise } from '../../runner/site/sanitise.ts'
import { formatSourceRange } from '../../shared/page.ts'
import { limits } from '../support/limits.ts'
import type { Place, Vector } from './vector.ts'

/** Files of a site, by path. Its pages have no content security policy. */
export type Site = ReadonlyMap<string, string>

/** A site with an attacker's text in one place. */
export const published = async ({ place = 'body' }: Vector, text: string): Promise<Site> => await siteWith(place, text)

/** The same without any defence: the text as a plain markdown renderer writes it, or as it is. */
export const unprotected = async ({ place = 'body' }: Vector, text: string): Promise<Site> =>
  await filledIn(place, place === 'body' ? stringifier.stringify(plainTree(text)) : text)

/** A site with several texts in a page, with the sanitiser as the only defence. */
export const sanitised = async (texts: readonly string[]): Promise<Site> =>
  await filledIn('body', texts.map((text) => stringifier.stringify(sanitise(plainTree(text)))).join('\n'))

const reader = unified()
  .use(remarkParse)
  .use(remarkGfm, { singleTilde: false })
  .use(remarkCjkFriendly)
  .use(remarkRehype, { allowDangerousHtml: true })
  .use(rehypeRaw)
  .use(rehypeSlug)

const stringifier = unified().use(rehypeStringify)

const plainTree = (markdown: string): Root => reader.runSync(reader.parse(markdown))

async function filledIn(place: Place, text: string): Promise<Site> {
  const gap = place === 'repository' ? 'https://gap.test/x' : 'unescaped'
  const site = sitesWithGap.get(place) ?? (await siteWith(place, gap))
  sitesWithGap.set(place, site)
  const mark = place === 'body' ? `<p>${gap}</p>` : gap
  const file = FILES[place] ?? /\.html$/
  return new Map(Array.from(site, ([path, body]) => [path, file.test(path) ? body.replaceAll(mark, () => text) : body]))
}

const sitesWithGap = new Map<Place, Site>()

/** Where a place is, if not in the pages. */
const FILES: Partial<Record<Place, RegExp>> = {
  search: /search-index\.js$/,
  copied: /\.md\.js$/,
  diagram: /^assets\/diagram-.*\.svg$/,
  image: /^assets\/image-.*\.svg$/,
  former: /^what-changed\.html$/,
}

/** The files of a site in which a vector could have its effect. */
export const filesWith = ({ place }: Vector, site: Site): string[] => {
  if (place === undefined) return ['a.html']
  if (place === 'former') return ['what-changed.html']
  if (place !== 'diagram' && place !== 'image') return ['a.html', 'index.html']
  const picture = [...site.keys()].find((path) => FILES[place]?.test(path))
  if (picture === undefined) throw new Error(`The ${place} is not in the site`)
  return ['a.html', picture]
}

/** Pages that show pictures with an attacker's text in them. */
const MARKDOWN: Partial<Record<Place, (text: string) => string>> = {
  diagram: (text) => diagramOf(text),
  image: () => '![x](a.svg)',
}

/** A picture of the repository. */
const pictureOf = (text: string): string => `<svg xmlns="http://www.w3.org/2000/svg"><text y="9">${text}</text></svg>`

/** A diagram with a text as a label. */
const diagramOf = (text: string): string =>
  `\`\`\`mermaid\nflowchart LR\n  A["${text.replaceAll('"', '#quot;')}"] --> B\n\`\`\``

async function siteWith(place: Place, text: string): Promise<Site> {
  const at = (here: Place, otherwise: string) => (place === here ? text : otherwise)
  const title = at('title', at('search', at('copied', 'A')))
  const page = { slug: 'a', title, description: 'About a' }
  const other = { slug: 'b', title: 'B', description: 'About b' }
  const cited = { path: at('path', 'src/a.ts'), startLine: 1, endLine: 2, verified: true }
  const excerpt = formatSourceRange({ ...cited, path: at('excerptPath', 'src/b.ts') })
  const excerptOfFile = `\`\`\`ts source=${excerpt}\nx\ny\n\`\`\``
  const markdown = MARKDOWN[place]?.(text) ?? at('body', excerptOfFile)
  const files = await renderSite(
    [
      { ...page, markdown, citations: [cited] },
      { ...other, markdown: '# B', citations: [] },
    ],
    {
      plan: {
        project_name: at('project', 'Courier'),
        tagline: at('tagline', 'A small mail queue'),
        navigation: [{ group: at('group', 'All'), pages: [page, other] }],
      },
      browseUrl: at('repository', 'https://github.com/acme/courier'),
      commit: at('commit', '0123456789abcdef'),
      ref: at('branch', 'main'),
      generatedAt: '2025-05-01T12:00:00.000Z',
      writtenBy: at('model', 'claude / claude-opus-4-6'),
    },
    {
      draw: async (sources) => await drawDiagrams(sources, { cpuMs: limits.test, mib: 512, allMs: limits.test }),
      images: { read: async () => Buffer.from(pictureOf(text)), mask: async (picture) => picture },
      former: {
        commit: '0123456789abcde0',
        publishedAt: '2025-04-01T12:00:00.000Z',
        pages: [
          { slug: 'a', title: 'A', markdown: `# A\n\n${at('former', 'Former text.')}` },
          { slug: 'c', title: at('former', 'C'), markdown: '# C' },
        ],
      },
    },
  )
  return new Map(
    files.map(({ path, body }) => [path, path.endsWith('.html') ? withoutPolicy(String(body)) : String(body)]),
  )
}

function withoutPolicy(html: string): string {
  const policy = /<meta http-equiv="Content-Security-Policy"[^>]*>/
  if (!policy.test(html)) throw new Error('The page has no policy that could be taken out')
  return html.replace(policy, '')
}
