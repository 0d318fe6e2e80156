import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { renderSite } from '../../../../runner/site/render-site.ts'
import { all, elementsOf, type Node, textOf } from '../../../support/read-html.ts'
import { contextOf, deadLinks, linksOf, pagesOf, renderSample } from './sample-site.ts'

const PAGES = {
  intro: '# Intro\n\n## One\n\n### Deep\n\n#### Deeper\n\n## Two',
  lost: null,
  usage: 'Text.\n\n# Another top',
  index: '# Index',
  assets: 'x',
}

const page = async (file: string, pages: Record<string, string | null> = PAGES): Promise<Node> =>
  (await renderSample(pages))[file] ?? { tag: '#missing', attributes: {}, children: [] }

const labelled = (node: Node, label: string): Node =>
  all(node, 'nav').find(({ attributes }) => attributes['aria-label'] === label) ?? {
    tag: '#missing',
    attributes: {},
    children: [],
  }

test('a site has one file per finished page, the index, a page for missing ones, and assets, and every link resolves', async () => {
  const files = await renderSite(pagesOf(PAGES), contextOf(PAGES))
  expect(files.map(({ path }) => path)).toEqual([
    'index.html',
    ...['intro', 'usage', 'index_', 'assets'].flatMap((name) => [`${name}.html`, `${name}.md`, `assets/${name}.md.js`]),
    '404.html',
    'assets/style.css',
    'assets/search-index.js',
    'llms.txt',
    'llms-full.txt',
    'assets/site.js',
    'assets/icon.svg',
    'assets/search.js',
  ])
  expect(deadLinks(await renderSample(PAGES))).toEqual([])
})

test('the same input gives the same bytes, whatever order the pages were finished in', async () => {
  const pages = pagesOf(PAGES)
  const first = await renderSite(pages, contextOf(PAGES))
  expect(await renderSite([...pages].reverse(), contextOf(PAGES))).toEqual(first)
  expect(pages).toEqual(pagesOf(PAGES))
})

test('only the site’s own files are loaded, no style stands in a page, and its one script is named by the policy', async () => {
  const files = await renderSite(pagesOf(PAGES), contextOf(PAGES))
  const css = String(files.find(({ path }) => path === 'assets/style.css')?.body)
  expect(css).not.toMatch(/url\((?!"data:image\/svg\+xml,)|@import/)
  for (const document of Object.values(await renderSample(PAGES))) {
    const loaded = all(document, 'link').filter(({ attributes }) => attributes.rel !== 'alternate')
    expect(loaded.map(({ attributes }) => attributes.href)).toEqual(['assets/style.css', 'assets/icon.svg'])
    for (const { tag, attributes } of elementsOf(document)) {
      expect(['style', 'img', 'iframe', 'object']).not.toContain(tag)
      expect(attributes).not.toHaveProperty('style')
      if (tag !== 'script') expect(attributes).not.toHaveProperty('src')
    }
    const [boot, ...scripts] = all(document, 'script')
    expect(scripts.map(({ attributes }) => attributes)).toEqual([{ src: 'assets/site.js', defer: '' }])
    const policy = all(document, 'meta').find(({ attributes }) => attributes['http-equiv'])?.attributes.content
    const hash = createHash('sha256')
      .update(textOf(boot ?? failed()))
      .digest('base64')
    expect(policy).toContain(`script-src 'self' 'sha256-${hash}';`)
    expect(policy).toContain("connect-src 'none'")
  }
})

test('every document has a title, a description, one h1 and its landmarks, and asks not to be indexed', async () => {
  for (const [file, document] of Object.entries(await renderSample(PAGES))) {
    const metas = Object.fromEntries(
      all(document, 'meta').map(({ attributes }) => [attributes.name, attributes.content]),
    )
    expect(all(document, 'h1'), file).toHaveLength(1)
    for (const landmark of ['header', 'main', 'footer']) expect(all(document, landmark)).toHaveLength(1)
    expect(metas).toMatchObject({ robots: 'noindex', viewport: 'width=device-width, initial-scale=1' })
    expect(metas.description).toBeTruthy()
    expect(all(document, 'html')[0]?.attributes.lang).toBe('en')
    expect(linksOf(document)[0]).toEqual(['Skip to content', '#content'])
    expect(linksOf(document)[1]).toEqual(['Courier', './index.html'])
    expect(metas).not.toHaveProperty('description', expect.stringContaining('About '))
  }
  expect(textOf(all(await page('usage.html'), 'title')[0] ?? failed())).toBe('Title of usage · Courier')
})

test('the author’s title is the h1, or else the plan’s, and any later h1 becomes an h2', async () => {
  expect(all(await page('intro.html'), 'h1').map(textOf)).toEqual(['Intro'])
  const usage = await page('usage.html')
  expect(all(usage, 'h1').map(textOf)).toEqual(['Title of usage'])
  expect(textOf(all(usage, 'h2')[0] ?? failed())).toBe('Another top')
})

test('the navigation shows the finished pages by group and marks the current one', async () => {
  const navigation = labelled(await page('usage.html'), 'Pages')
  expect(linksOf(navigation)).toEqual([
    ['Title of intro', './intro.html'],
    ['Title of usage', './usage.html'],
    ['Title of index', './index_.html'],
    ['Title of assets', './assets.html'],
  ])
  const current = all(navigation, 'a').filter(({ attributes }) => attributes['aria-current'] === 'page')
  expect(current.map(textOf)).toEqual(['Title of usage'])
})

test('pages that belong below another are listed below it, each page once, whatever the plan says', async () => {
  const pages = { a: '# A', b: '# B', c: '# C', d: '# D', e: '# E' }
  const below: Record<string, string> = { b: 'a', c: 'b', d: 'e', e: 'd' }
  const { plan } = contextOf(pages)
  const navigation = plan.navigation.map(({ group, pages: listed }) => ({
    group,
    pages: listed.map((page) => ({ ...page, ...(below[page.slug] ? { parent: below[page.slug] } : {}) })),
  }))
  const site = await renderSample(pages, { plan: { ...plan, navigation } })
  const list = labelled(site['a.html'] ?? failed(), 'Pages')
  const listed = linksOf(list).map(([title]) => title)
  expect(listed.toSorted()).toEqual(['a', 'b', 'c', 'd', 'e'].map((slug) => `Title of ${slug}`))
  const inner = all(list, 'ul').filter((each) => all(each, 'ul').length === 0)
  expect(inner.flatMap(linksOf)).toEqual([['Title of b', './b.html']])
})

test('previous and next follow the reading order and skip missing pages', async () => {
  expect(linksOf(labelled(await page('usage.html'), 'Previous and next page'))).toEqual([
    ['Previous Title of intro', './intro.html'],
    ['Next Title of index', './index_.html'],
  ])
  expect(linksOf(labelled(await page('assets.html'), 'Previous and next page'))).toEqual([
    ['Previous Title of index', './index_.html'],
  ])
})

test('“On this page” lists the h2 and h3 headings', async () => {
  expect(linksOf(labelled(await page('intro.html'), 'On this page'))).toEqual([
    ['One', '#section-one'],
    ['Deep', '#section-deep'],
    ['Two', '#section-two'],
  ])
})

test('the index shows the project, how to install it, where to start, and every finished page with its own words', async () => {
  const pages = {
    ...PAGES,
    intro: '# Intro\n\n> A quote.\n\nCourier *keeps* mail.\n\n```sh\n$ npm install\n$ npm install -g courier\n```',
  }
  const main = all(await page('index.html', pages), 'main')[0] ?? failed()
  expect(textOf(all(main, 'h1')[0] ?? failed())).toBe('Courier')
  expect(textOf(main)).toContain('A small mail queue')
  expect(linksOf(main).slice(0, 2)).toEqual([
    ['Start with Title of intro', './intro.html'],
    ['Browse the code', 'https://github.com/acme/courier'],
  ])
  expect(all(main, 'pre').map(textOf)).toEqual(['npm install -g courier'])
  expect(all(main, 'ol').map((list) => all(list, 'li').map(textOf))).toEqual([
    ['Title of intro', 'Title of usage', 'Title of index'],
  ])
  expect(all(main, 'ul').flatMap((list) => all(list, 'li').map(textOf))).toEqual([
    'Title of introCourier keeps mail.',
    'Title of usageText.',
    'Title of index',
    'Title of assets',
  ])
})

test('what the plan tells the writer of a page is in no document', async () => {
  for (const document of Object.values(await renderSample(PAGES))) {
    expect(textOf(document)).not.toContain('About ')
    for (const { attributes } of all(document, 'meta')) expect(attributes.content ?? '').not.toContain('About ')
  }
})

test('a page tells where it is, and its group leads to the same group of the start page', async () => {
  expect(linksOf(labelled(await page('intro.html'), 'Breadcrumb'))).toEqual([
    ['Courier', './index.html'],
    ['All', './index.html#group-1'],
  ])
})

test('each heading has a link to itself', async () => {
  const links = all(await page('intro.html'), 'a').filter(({ attributes }) => attributes.class === 'permalink')
  expect(links.map(({ attributes }) => [attributes.href, attributes['aria-label']])).toEqual([
    ['#section-one', 'Link to “One”'],
    ['#section-deep', 'Link to “Deep”'],
    ['#section-deeper', 'Link to “Deeper”'],
    ['#section-two', 'Link to “Two”'],
  ])
})

test('a large site unfolds only the group of the current page', async () => {
  const slugs = Array.from({ length: 60 }, (_, index) => `p${index}`)
  const pages = Object.fromEntries(slugs.map((slug) => [slug, 'Text.']))
  const planned = pagesOf(pages)
  const plan = {
    ...contextOf(pages).plan,
    navigation: [
      { group: 'One', pages: planned.slice(0, 30) },
      { group: 'Two', pages: planned.slice(30) },
    ],
  }
  const site = await renderSample(pages, { plan })
  const open = all(labelled(site['p40.html'] ?? failed(), 'Pages'), 'details').map(
    ({ attributes }) => 'open' in attributes,
  )
  expect(open).toEqual([false, true])
})

test.each([
  ['de', 'ltr', 'Die Warteschlange nimmt eine Nachricht an und ist für den Versand von Mails da. Das ist nicht alles.'],
  ['he', 'rtl', 'התור מקבל הודעות ושומר אותן עד שהן נשלחות.'],
  ['ar', 'rtl', 'يستقبل الطابور الرسائل ويحفظها حتى تُرسل.'],
  ['ja', 'ltr', 'メッセージを受け取り、送信されるまで保存します。'],
  ['zh', 'ltr', '队列接收消息并保存到发送为止。'],
  ['en', 'ltr', 'The queue takes messages. `функция` is the name of a function.'],
])('a site in %s says so, and runs %s', async (lang, dir, markdown) => {
  const document = all(
    await page('a.html', { a: `${markdown}\n\n\`\`\`js\nconst the = 'code of any kind'\n\`\`\`` }),
    'html',
  )[0]
  expect(document?.attributes).toMatchObject({ lang, dir })
})

test('cells of prose and code too long for one line are marked', async () => {
  const long = 'x'.repeat(60)
  const table = `| a | b |\n|---|---|\n| \`--flag\` | ${'words '.repeat(12)} |\n| \`${long}\` | c |`
  const document = await page('a.html', { a: table })
  expect(all(document, 'td').map(({ attributes }) => attributes.class)).toEqual([
    undefined,
    'prose',
    'prose',
    undefined,
  ])
  expect(
    all(document, 'code')
      .slice(0, 2)
      .map(({ attributes }) => attributes.class),
  ).toEqual([undefined, 'long'])
})

test('a note on how a page was made is not what the page is about', async () => {
  const site = await renderSample({
    a: '# A\n\n*Made by a program.*\n\nIt keeps messages.',
    b: '# B\n\n*Only a note.*',
  })
  const index = textOf(site['index.html'] ?? failed())
  expect(index).toContain('It keeps messages.')
  expect(index).not.toMatch(/Made by a program|Only a note/)
})

test('the page for missing ones leads to the start page', async () => {
  const main = all(await page('404.html'), 'main')[0] ?? failed()
  expect(textOf(all(main, 'h1')[0] ?? failed())).toBe('Page not found')
  expect(linksOf(main)).toEqual([['Go to the start page', './index.html']])
})

test('a group without finished pages is not shown, and a site without pages still has its index', async () => {
  const context = contextOf(PAGES)
  context.plan.navigation.push({ group: 'Empty', pages: [{ slug: 'gone', title: 'Gone', description: '' }] })
  const site = await renderSample(PAGES, { plan: context.plan })
  expect(JSON.stringify(site)).not.toMatch(/Empty|Gone/)
  const empty = await renderSample({ lost: null })
  expect(Object.keys(empty)).toEqual(['index.html', '404.html'])
  expect(textOf(empty['index.html'] ?? failed())).toContain('This documentation has no finished pages.')
})

test('the footer states what was documented, when, and by which model', async () => {
  const footer = textOf(all(await page('intro.html'), 'footer')[0] ?? failed())
  expect(footer).toContain('Courier at main, commit 0123456, 1 May 2025, 12:00 UTC.')
  expect(footer).toContain('Written by claude / claude-opus-4-6[1m].')
})

test('a page has a collapsed list of the files it cites, with their lines', async () => {
  const lines = { path: 'src/a.ts', startLine: 1, endLine: 9, verified: true }
  const citations = [lines, { ...lines, path: 'b.ts' }, { ...lines, endLine: 1, verified: false }]
  const document = (await renderSample({ a: 'x' }, {}, { citations }))['a.html'] ?? failed()
  const sources = elementsOf(document).find(({ attributes }) => attributes.class === 'sources') ?? failed()
  expect(all(sources, 'summary').map(textOf)).toEqual(['Sources of this page 2 files'])
  expect(all(sources, 'li').map(textOf)).toEqual(['src/a.ts lines 1–9, line 1 not verified', 'b.ts lines 1–9'])
  expect(linksOf(sources)[0]?.[1]).toBe('https://github.com/acme/courier/blob/0123456789abcdef/src/a.ts#L1-L9')
})

test('a citation with a path that cannot exist in a repository is left out', async () => {
  const citations = ['../up', '/abs', '\uD800', 'a\\b', ''].map((path) => ({
    path,
    startLine: 1,
    endLine: 1,
    verified: false,
  }))
  const document = (await renderSample({ a: 'x' }, {}, { citations }))['a.html'] ?? failed()
  expect(elementsOf(document).filter(({ attributes }) => attributes.class === 'sources')).toEqual([])
})

function failed(): never {
  throw new Error('not in the document')
}

test('the process gets to its other work between two pages', async () => {
  let turns = 0
  let rendering = true
  const turn = () => {
    turns++
    if (rendering) setImmediate(turn)
  }
  setImmediate(turn)
  await renderSite(pagesOf(PAGES), contextOf(PAGES))
  rendering = false
  expect(turns).toBeGreaterThanOrEqual(Object.keys(PAGES).length)
})

test('an accent colour changes the style sheet alone, after the theme that it replaces', async () => {
  const [plain, coloured] = await Promise.all(
    [{}, { accent: '#0a7' }].map(async (more) => await renderSite(pagesOf(PAGES), { ...contextOf(PAGES), ...more })),
  )
  const changed = coloured?.filter(({ body }, index) => body !== plain?.[index]?.body) ?? []
  expect(changed.map(({ path }) => path)).toEqual(['assets/style.css'])
  const css = String(changed[0]?.body)
  expect(css.lastIndexOf('--accent: light-dark(')).toBeGreaterThan(css.indexOf('--accent: light-dark('))
})

test('a logo stands beside the name on every page, is the icon of the site, and is one of its files', async () => {
  const logo = { path: 'assets/image-1.png', body: 'x', width: 20, height: 10 }
  const files = await renderSite(pagesOf(PAGES), contextOf(PAGES), { logo })
  expect(files.filter(({ path }) => path === logo.path)).toEqual([{ path: logo.path, body: 'x' }])
  for (const { body } of files.filter(({ path }) => path.endsWith('.html'))) {
    expect(body).toContain('<img class="logo" src="assets/image-1.png" alt="" width="20" height="10">')
    expect(body).toContain('<link rel="icon" href="assets/image-1.png">')
  }
})
