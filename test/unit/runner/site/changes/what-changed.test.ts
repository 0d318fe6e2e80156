import { expect, test } from 'vitest'
import type { FormerSite } from '../../../../../runner/site/changes/former-site.ts'
import { renderSite } from '../../../../../runner/site/render-site.ts'
import type { SiteContext } from '../../../../../shared/site.ts'
import { all, type Node, readHtml, textOf } from '../../../../support/read-html.ts'
import { contextOf, deadLinks, linksOf, pagesOf } from '../sample-site.ts'

const FORMER_COMMIT = 'fedcba9876543210'

/** What a site publishes of these pages, as the site after it reads it. */
async function published(pages: Record<string, string>, context: Partial<SiteContext> = {}): Promise<FormerSite> {
  const files = await renderSite(pagesOf(pages), { ...contextOf(pages), commit: FORMER_COMMIT, ...context })
  const markdownOf = (slug: string) => String(files.find(({ path }) => path === `${slug}.md`)?.body)
  const listed = Object.keys(pages).map((slug) => ({ slug, title: `Title of ${slug}`, markdown: markdownOf(slug) }))
  return { commit: FORMER_COMMIT, publishedAt: '2025-04-01T09:30:00.000Z', pages: listed }
}

async function siteAfter(
  former: FormerSite | undefined,
  pages: Record<string, string>,
  context: Partial<SiteContext> = {},
) {
  const files = await renderSite(pagesOf(pages), { ...contextOf(pages), ...context }, { former })
  const html = files.filter(({ path }) => path.endsWith('.html'))
  return Object.fromEntries(html.map(({ path, body }) => [path, readHtml(String(body))]))
}

const mainOf = (site: Record<string, Node>): Node => all(site['what-changed.html'] ?? failed(), 'main')[0] ?? failed()

const BEFORE = {
  intro: '# Intro\n\nIt keeps mail for a day.',
  usage: '# Usage\n\nSend it.',
  old: '# Old\n\nGone soon.',
}
const NOW = { intro: '# Intro\n\nIt keeps mail for two days.', usage: '# Usage\n\nSend it.', fresh: '# Fresh\n\nNew.' }

test('a page tells which pages are new, changed, gone and unchanged since the site before, and how', async () => {
  const site = await siteAfter(await published(BEFORE), NOW)
  const main = mainOf(site)
  expect(textOf(all(main, 'p')[0] ?? failed())).toBe(
    'Since the documentation of commit fedcba9 of 1 April 2025, 09:30 UTC: 1 new page, 1 page changed, 1 page is gone, 1 page unchanged.',
  )
  expect(all(main, 'h2').map(textOf)).toEqual(['New', 'Changed', 'Gone', 'Unchanged'])
  expect(linksOf(main)).toEqual([
    ['Title of fresh', './fresh.html'],
    ['Title of intro', './intro.html'],
    ['Title of usage', './usage.html'],
  ])
  expect(textOf(main)).toContain('Title of old')
  expect(all(main, 'del').map(textOf)).toEqual(['−removed: It keeps mail for a day.'])
  expect(all(main, 'ins').map(textOf)).toEqual(['+added: It keeps mail for two days.'])
  expect(all(main, 'mark').map(textOf)).toEqual(['a', 'day', 'two', 'days'])
  expect(deadLinks(site)).toEqual([])
})

test('the start page and every footer lead to it, and a site without one before has none', async () => {
  const site = await siteAfter(await published(BEFORE), NOW)
  const leading = Object.keys(site).filter((file) =>
    all(site[file] ?? failed(), 'footer').some((footer) =>
      linksOf(footer).some(([, href]) => href === './what-changed.html'),
    ),
  )
  expect(leading).toEqual(Object.keys(site))
  expect(linksOf(all(site['index.html'] ?? failed(), 'main')[0] ?? failed())).toContainEqual([
    'What changed',
    './what-changed.html',
  ])
  const first = await siteAfter(undefined, NOW)
  expect(Object.keys(first)).not.toContain('what-changed.html')
  expect(JSON.stringify(first)).not.toContain('What changed')
})

test('another commit, and other lines of the same sources, change no page', async () => {
  const cites = (lines: string) => ({
    a: `# A\n\nIt [sends](app/(group)/send.ts#${lines}).\n\n\`\`\`ts source=b.ts#${lines}\nsend()\n\`\`\``,
  })
  for (const context of [{}, { browseUrl: null }, { browseUrl: 'https://gitlab.com/acme/courier' }]) {
    const main = mainOf(await siteAfter(await published(cites('L1-L3'), context), cites('L11-L13'), context))
    expect(textOf(main)).toContain('no page changed')
  }
})

test('what a page doesn’t show is no difference, and is not shown here either', async () => {
  const before = await published({ a: '# A\n\n<!-- hidden -->\n\n```ini source=.env#L1-L1\nKEY=secret\n```\n\nText.' })
  const main = mainOf(await siteAfter(before, { a: '# A\n\n<!-- other -->\n\nOther text.' }))
  expect(textOf(main)).not.toMatch(/hidden|other|secret/)
  expect(textOf(main)).toContain('Other text.')
})

test('search engines don’t list it', async () => {
  const site = await siteAfter(await published(BEFORE), NOW, { indexable: true, baseUrl: 'https://docs.test/' })
  const robots = (file: string) =>
    all(site[file] ?? failed(), 'meta').filter(({ attributes }) => attributes.name === 'robots')
  expect([robots('intro.html').length, robots('what-changed.html').length]).toEqual([0, 1])
  expect(JSON.stringify(all(site['what-changed.html'] ?? failed(), 'link'))).not.toContain('canonical')
})

test('a plan’s page of the same name gets another file', async () => {
  const pages = { 'what-changed': '# Changes\n\nOf the program.' }
  const site = await siteAfter(await published(pages), pages)
  expect(Object.keys(site).sort()).toEqual(['404.html', 'index.html', 'what-changed.html', 'what-changed_.html'])
  expect(deadLinks(site)).toEqual([])
})

function failed(): never {
  throw new Error('not in the document')
}
