import { expect, test } from 'vitest'
import { all, elementsOf, textOf } from '../../../support/read-html.ts'
import { linksOf, renderContent, renderSample } from './sample-site.ts'

const MARKDOWN = '[code](source:src/a%20b.ts#L3-L9)'

test.each([
  ['https://github.com/acme/courier', 'https://github.com/acme/courier/blob/0123456789abcdef/src/a%20b.ts#L3-L9'],
  ['https://github.com/acme/courier/', 'https://github.com/acme/courier/blob/0123456789abcdef/src/a%20b.ts#L3-L9'],
  ['https://gitlab.example.org/x/y/z', 'https://gitlab.example.org/x/y/z/-/blob/0123456789abcdef/src/a%20b.ts#L3-9'],
  [
    'https://bitbucket.org/acme/courier',
    'https://bitbucket.org/acme/courier/src/0123456789abcdef/src/a%20b.ts#lines-3:9',
  ],
  ['https://codeberg.org/a/b', 'https://codeberg.org/a/b/src/commit/0123456789abcdef/src/a%20b.ts#L3-L9'],
  [
    'https://dev.azure.com/acme/mail/_git/courier',
    'https://dev.azure.com/acme/mail/_git/courier?path=%2Fsrc%2Fa%20b.ts&version=GC0123456789abcdef&line=3&lineEnd=10&lineStartColumn=1&lineEndColumn=1&lineStyle=plain&_a=contents',
  ],
  [
    'https://bitbucket.example.org/scm/ACME/courier',
    'https://bitbucket.example.org/projects/ACME/repos/courier/browse/src/a%20b.ts?at=0123456789abcdef#3-9',
  ],
])('a source link to %s opens the lines of the documented commit', async (browseUrl, href) => {
  const link = all(await renderContent(MARKDOWN, { browseUrl }), 'a')[0]
  expect(link?.attributes).toEqual({
    class: 'source',
    href,
    rel: 'noopener noreferrer nofollow',
    title: 'src/a b.ts, lines 3–9',
  })
})

test.each([
  ['github', 'https://code.example.org/a/b/blob/0123456789abcdef/'],
  ['gitlab', 'https://code.example.org/a/b/-/blob/0123456789abcdef/'],
  ['gitea', 'https://code.example.org/a/b/src/commit/0123456789abcdef/'],
  ['bitbucket', 'https://code.example.org/a/b/src/0123456789abcdef/'],
  ['bitbucket-server', 'https://code.example.org/projects/a/repos/b/browse/'],
  ['azure', 'https://code.example.org/a/b?path=%2F'],
] as const)('what a server of one’s own runs decides its links: %s', async (forge, begin) => {
  const links = linksOf(await renderContent(MARKDOWN, { browseUrl: 'https://code.example.org/a/b', forge }))
  expect(links).toHaveLength(1)
  expect(links[0]?.[1]?.startsWith(begin)).toBe(true)
})

test.each([
  ['https://github.com/a/b', 'README.md?plain=1#L3-L9', 'blob/0123456789abcdef/docs'],
  ['https://gitlab.com/a/b', 'README.md?plain=1#L3-9', '-/tree/0123456789abcdef/docs'],
  ['https://codeberg.org/a/b', 'README.md?display=source#L3-L9', 'src/commit/0123456789abcdef/docs'],
])('on %s lines of markdown are those of its source, and a folder is one', async (browseUrl, file, folder) => {
  const content = await renderContent('[a](source:README.md#L3-L9) [b](source:README.md) [c](source:docs/)', {
    browseUrl,
  })
  const [lines, whole, dir] = linksOf(content).map(([, href]) => href ?? '')
  expect(lines?.endsWith(file)).toBe(true)
  expect(whole?.endsWith('/README.md')).toBe(true)
  expect(dir).toBe(`${browseUrl}/${folder.replace(/^blob/, 'tree')}`)
})

test('a server that could run anything gets no links, as a wrong one would be worse', async () => {
  const content = await renderContent(MARKDOWN, { browseUrl: 'https://code.example.org/a/b' })
  expect(linksOf(content)).toEqual([])
  expect(textOf(content)).toBe('code (src/a b.ts:3–9)')
})

test('where a source is no link, the text says where it is, once', async () => {
  const markdown =
    '[a b.ts](source:src/a%20b.ts#L3-L9) [`src/c.ts`](source:src/c.ts#L7) [folder](source:src/) <source:d.ts>'
  const content = await renderContent(markdown, { browseUrl: null })
  expect(textOf(content)).toBe('a b.ts:3–9 src/c.ts:7 folder (src/) d.ts')
})

test.each([null, 'file:///srv/repo', 'javascript:alert(1)', 'not a url'])(
  'a source is named but not linked when the repository is at %s',
  async (browseUrl) => {
    const content = await renderContent(`${MARKDOWN} <source:b.ts#L7>`, { browseUrl })
    expect(linksOf(content)).toEqual([])
    const sources = all(content, 'span').filter(({ attributes }) => attributes.class === 'source')
    expect(sources.map((span) => [textOf(span), span.attributes.title])).toEqual([
      ['code (src/a b.ts:3–9)', 'src/a b.ts, lines 3–9'],
      ['b.ts:7', 'b.ts, line 7'],
    ])
  },
)

test("a path with special characters stays one path in the host's URL", async () => {
  const content = await renderContent('[x](source:src/%23a%3Fb%25/%5Bid%5D.ts#L1-L2)')
  expect(linksOf(content)[0]?.[1]).toContain('/src/%23a%3Fb%25/%5Bid%5D.ts#L1-L2')
})

test.each([
  'source:../../evil#L1',
  'source:/etc/passwd#L1',
  'source:a//b#L1',
  'source:a%5Cb#L1',
  'source:',
  'source:a.ts#L0',
  'source:a.ts#L2-L1',
])('%s does not cite lines of the repository and becomes text', async (href) =>
  expect(linksOf(await renderContent(`[x](${href})`))).toEqual([]),
)

test('links to other pages, with and without a heading, lead to their files', async () => {
  const content = await renderContent(
    '[1](b.md) [2](./b.md) [3](b.md#there) [4](b.md#There) [5](b.md#not-there) [6](a.md#own)\n\n## Own',
  )
  expect(linksOf(content)).toEqual([
    ['1', './b.html'],
    ['2', './b.html'],
    ['3', './b.html#section-there'],
    ['4', './b.html#section-there'],
    ['5', './b.html'],
    ['6', './a.html#section-own'],
  ])
})

test.each([
  'b',
  './b',
  'B.md',
  '../b.md',
  '/b.md',
  '/b/',
  'b.html',
  'b.mdx',
  'b.md?x=1',
  './b.HTML?x#nowhere',
  '%62.md',
])('a page may be called %s too', async (href) =>
  expect(linksOf(await renderContent(`[x](${href})`))).toEqual([['x', './b.html']]),
)

test('links by reference are rewritten like any other', async () => {
  expect(linksOf(await renderContent('[page][p]\n\n[p]: b.md#there'))).toEqual([['page', './b.html#section-there']])
})

test('a failed page is never linked, and its name stays as text', async () => {
  const site = await renderSample({ a: 'See [the lost one](lost.md) and [it](lost.md#x).', lost: null, c: 'x' })
  expect(Object.keys(site)).toEqual(['index.html', 'a.html', 'c.html', '404.html'])
  for (const page of Object.values(site)) expect(JSON.stringify(page)).not.toContain('lost.')
  expect(textOf(site['a.html'] ?? { tag: '', attributes: {}, children: [] })).toContain('See the lost one and it.')
})

test("in-page links lead to headings, by GitHub's anchors", async () => {
  const content = await renderContent(
    '## Über `code` & more!\n\n## Twice\n\n## Twice\n\n[1](#über-code--more) [2](#twice) [3](#twice-1) [4](#none)',
  )
  expect(linksOf(content)).toEqual([
    ['1', '#section-%C3%BCber-code--more'],
    ['2', '#section-twice'],
    ['3', '#section-twice-1'],
  ])
  expect(all(content, 'h2').map(({ attributes }) => attributes.id)).toEqual([
    'section-über-code--more',
    'section-twice',
    'section-twice-1',
  ])
})

test.each([
  '/x',
  '../x',
  'foo',
  'foo.html',
  '//host/x',
  'javascript:alert(1)',
  'JAVASCRIPT:x',
  'data:text/html,x',
  'ftp://h/x',
  'https://',
  '?q',
  '#',
])('a link to %s becomes plain text', async (href) => {
  const content = await renderContent(`[**label**](<${href}>)`)
  expect(linksOf(content)).toEqual([])
  expect(textOf(content)).toBe('label')
  expect(all(content, 'strong')).toHaveLength(1)
})

test('links out of the site carry noopener, noreferrer and nofollow', async () => {
  const content = await renderContent('[a](https://example.org/?a=1&b="2") <mail@example.org> [c](HTTP://EXAMPLE.org)')
  expect(linksOf(content).map(([, href]) => href)).toEqual([
    'https://example.org/?a=1&b=%222%22',
    'mailto:mail@example.org',
    'http://example.org/',
  ])
  for (const link of all(content, 'a')) expect(link.attributes.rel).toBe('noopener noreferrer nofollow')
})

test('of a link inside a link, only the inner one is kept', async () => {
  expect(linksOf(await renderContent('[out <https://in.example> out](https://out.example)'))).toEqual([
    ['https://in.example', 'https://in.example/'],
  ])
})

test('footnotes link there and back', async () => {
  const content = await renderContent('Said.[^n] Again.[^n]\n\n[^n]: Why.')
  expect(linksOf(content).map(([, href]) => href)).toEqual([
    '#note-fn-n',
    '#note-fn-n',
    '#note-fnref-n',
    '#note-fnref-n-2',
  ])
})

test('ids are unique, even when footnotes are named after each other', async () => {
  const content = await renderContent('[^a] [^a] [^a-2]\n\n[^a]: x\n[^a-2]: y\n\n## Footnote label')
  const ids = elementsOf(content).flatMap(({ attributes }) => attributes.id ?? [])
  expect(ids).toContain('note-fnref-a-2')
  expect(new Set(ids).size).toBe(ids.length)
})
