import rehypeStringify from 'rehype-stringify'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import remarkRehype from 'remark-rehype'
import { unified } from 'unified'
import { renderSite } from '../../runner/site/render-site.ts'
import { contextOf, pagesOf } from '../unit/runner/site/sample-site.ts'
import { compare } from './compare.ts'

/** A site of 100 pages, against the same markdown through the same parser and printer alone. */
export async function renderedSite() {
  const slugs = Array.from({ length: 100 }, (_, index) => `page-${index}`)
  const markdown = Object.fromEntries(slugs.map((slug, index) => [slug, pageAbout(slug, slugs[(index + 1) % 100])]))
  const [pages, context] = [pagesOf(markdown), contextOf(markdown)]
  const plain = unified().use(remarkParse).use(remarkGfm).use(remarkRehype).use(rehypeStringify)
  const times = await compare(
    async () => await renderSite(pages, context),
    async () => {
      for (const page of pages) await plain.process(page.markdown)
    },
    10,
  )
  return { what: 'a site of 100 pages', floorIs: 'remark and rehype on the same markdown', ...times }
}

const pageAbout = (slug: string, next = ''): string =>
  [
    `# About ${slug}`,
    `What **${slug}** does, and [what comes next](${next}.md). See [the source](source:src/add.js#L1-L3).`,
    ...Array.from({ length: 8 }, (_, index) =>
      [
        `## Part ${index}`,
        'A paragraph of *some* words with `code` in it, twice as long as the shortest ones that there are in practice.',
        '- one\n- two\n- three',
        '```js source=src/add.js#L1-L3\nexport function add(a, b) {\n  return a + b\n}\n```',
        '| Name | Value |\n|---|---|\n| a | 1 |\n| b | 2 |',
      ].join('\n\n'),
    ),
  ].join('\n\n')
