import type { Root } from 'hast'
import rehypeRaw from 'rehype-raw'
import rehypeSlug from 'rehype-slug'
import rehypeStringify from 'rehype-stringify'
import remarkCjkFriendly from 'remark-cjk-friendly'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import remarkRehype from 'remark-rehype'
import { unified } from 'unified'
import { renderSite } from '../../runner/site/render-site.ts'
import { sanitise } from '../../runner/site/sanitise.ts'
import { formatSourceRange } from '../../shared/page.ts'
import type { SiteFile } from '../../shared/site.ts'
import type { Place, Vector } from './vector.ts'

/** The HTML files of a site with an attacker's text in one place. */
export const published = async ({ place = 'body' }: Vector, text: string): Promise<SiteFile[]> =>
  htmlOf(place, await renderSite(...siteWith(place, text)))

/** The same files without any defence: the text as a plain markdown renderer writes it, or as it is. */
export const unprotected = async ({ place = 'body' }: Vector, text: string): Promise<SiteFile[]> =>
  await filledIn(place, place === 'body' ? stringifier.stringify(plainTree(text)) : text)

/** A page of several markdown texts, with the sanitiser as the only defence. */
export const sanitised = async (texts: readonly string[]): Promise<SiteFile[]> =>
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

async function filledIn(place: Place, html: string): Promise<SiteFile[]> {
  const gap = place === 'repository' ? 'https://gap.test/x' : 'unescaped'
  const files = gaps.get(place) ?? htmlOf(place, await renderSite(...siteWith(place, gap)))
  gaps.set(place, files)
  const mark = place === 'body' ? `<p>${gap}</p>` : gap
  return files.map(({ path, body }) => ({ path, body: String(body).replaceAll(mark, () => html) }))
}

/** Sites with a gap in one place. */
const gaps = new Map<Place, SiteFile[]>()

const htmlOf = (place: Place, files: readonly SiteFile[]): SiteFile[] =>
  files.filter(({ path }) => path === 'a.html' || (path === 'index.html' && place !== 'body'))

function siteWith(place: Place, text: string): Parameters<typeof renderSite> {
  const at = (here: Place, otherwise: string) => (place === here ? text : otherwise)
  const page = {
    slug: 'a',
    title: at('title', 'A'),
    description: at('description', place === 'tagline' ? '' : 'About a'),
  }
  const other = { slug: 'b', title: 'B', description: 'About b' }
  const cited = { path: at('path', 'src/a.ts'), startLine: 1, endLine: 2, verified: true }
  const excerpt = formatSourceRange({ ...cited, path: at('excerptPath', 'src/b.ts') })
  const markdown = place === 'body' ? text : `\`\`\`ts source=${excerpt}\nx\ny\n\`\`\``
  const pages = [page, other]
  return [
    [
      { ...page, markdown, citations: [cited] },
      { ...other, markdown: '# B', citations: [] },
    ],
    {
      plan: {
        project_name: at('project', 'Courier'),
        tagline: at('tagline', 'A small mail queue'),
        navigation: [{ group: at('group', 'All'), pages }],
      },
      browseUrl: at('repository', 'https://github.com/acme/courier'),
      commit: at('commit', '0123456789abcdef'),
      ref: at('branch', 'main'),
      generatedAt: '2025-05-01T12:00:00.000Z',
      writtenBy: at('model', 'claude / claude-opus-4-6'),
    },
  ]
}
