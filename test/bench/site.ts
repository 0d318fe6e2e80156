import { gzipSync } from 'node:zlib'
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
  const { pages, context } = siteOf(100)
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

const SIZES = [10, 50, 100, 500]
const ROUNDS = 5

/**
 * What a page costs in sites of different sizes: processor time, so that other load counts little, and what a reader loads for the
 * first one, compressed: its HTML, style and script.
 */
export async function printSiteGrowth(): Promise<void> {
  console.log('| Pages | Processor time a page | HTML | With style and script |\n|---|---|---|---|')
  await renderedIn(SIZES[0] ?? 0)
  for (const size of SIZES) {
    const rounds = []
    for (let round = 0; round < ROUNDS; round++) rounds.push(await renderedIn(size))
    const [first] = rounds
    const median = rounds.map(({ ms }) => ms / size).toSorted((one, other) => one - other)[ROUNDS >> 1] ?? Number.NaN
    const cells = [size, `${median.toFixed(1)} ms`, kilobytes(first?.html), kilobytes(first?.loaded)]
    console.log(`| ${cells.join(' | ')} |`)
  }
}

async function renderedIn(size: number): Promise<{ ms: number; html: number; loaded: number }> {
  const { pages, context } = siteOf(size)
  const before = process.cpuUsage()
  const files = await renderSite(pages, context)
  const { user, system } = process.cpuUsage(before)
  const [html = 0, ...others] = ['page-0.html', 'assets/style.css', 'assets/site.js'].map(
    (name) => gzipSync(files.find(({ path }) => path === name)?.body ?? '').length,
  )
  return { ms: (user + system) / 1_000, html, loaded: others.reduce((sum, bytes) => sum + bytes, html) }
}

const kilobytes = (bytes = Number.NaN): string => `${(bytes / 1_000).toFixed(1)} kB`

function siteOf(size: number) {
  const slugs = Array.from({ length: size }, (_, index) => `page-${index}`)
  const markdown = Object.fromEntries(slugs.map((slug, index) => [slug, pageAbout(slug, slugs[(index + 1) % size])]))
  return { pages: pagesOf(markdown), context: contextOf(markdown) }
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
