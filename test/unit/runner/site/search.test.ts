import { expect, test } from 'vitest'
import { openEngine } from '../../../../runner/site/browser/search/engine.ts'
import { excerptOf } from '../../../../runner/site/browser/search/excerpt.ts'
import { renderSite } from '../../../../runner/site/render-site.ts'
import { termsOf } from '../../../../runner/site/search/terms.ts'
import { contextOf, pagesOf } from './sample-site.ts'

const PAGES = {
  queue:
    '# The queue\n\nIt keeps messages.\n\n## Retries\n\nA message is retried with `maxRetryDelay`, then it is a dead letter.\n\n### Übersicht\n\nNaïve résumé.',
  install: 'Install the tool.\n\n```sh\nnpm install courier\n```\n\n<!-- secretly -->\n\n<script>hidden()</script>',
  japanese: '# 検索\n\n全文検索の仕組みを説明します。\n\n## 設定\n\n設定ファイルは必要ありません。',
}

/** The search of a site, as the browser gets it. */
async function searchOf(pages: Record<string, string>, details = {}) {
  const files = await renderSite(pagesOf(pages, details), contextOf(pages))
  const script = String(files.find(({ path }) => path === 'assets/search-index.js')?.body)
  let index: unknown
  new Function('docsfyProvide', script)((_: string, value: unknown) => {
    index = value
  })
  const search = openEngine(index as Parameters<typeof openEngine>[0])
  return (query: string) => search(query).flatMap(({ title, hits }) => hits.map(({ href }) => `${title} ${href}`))
}

const QUEUE = 'Title of queue ./queue.html'

test.each([
  ['a word of a section leads to its heading', 'dead letter', `${QUEUE}#section-retries`],
  ['the beginning of a word is enough', 'retr', `${QUEUE}#section-retries`],
  ['a mistake is forgiven', 'mesage', `${QUEUE}#section-retries`],
  ['part of a camel-case name is found', 'delay', `${QUEUE}#section-retries`],
  ['the whole name too, in any case', 'MAXRETRYDELAY', `${QUEUE}#section-retries`],
  ['accents are not needed', 'resume', `${QUEUE}#section-%C3%BCbersicht`],
  ['and may be given', 'Übersicht', `${QUEUE}#section-%C3%BCbersicht`],
  ['code is searched', 'npm', 'Title of install ./install.html'],
  ['Japanese is found without spaces', '全文検索', 'Title of japanese ./japanese.html'],
  ['by a single character', '設', 'Title of japanese ./japanese.html#section-%E8%A8%AD%E5%AE%9A'],
  ['by a word inside a sentence', 'ファイル', 'Title of japanese ./japanese.html#section-%E8%A8%AD%E5%AE%9A'],
])('%s', async (_, query, expected) => {
  expect((await searchOf(PAGES))(query)).toContain(expected)
})

test('a page whose title has the word comes before pages that only mention it', async () => {
  const pages = { a: `${'Courier '.repeat(5)}retries retries.`, b: '# Other\n\nNothing.', c: 'See retries.' }
  const files = pagesOf(pages).map((page) => (page.slug === 'b' ? { ...page, title: 'Retries' } : page))
  const context = contextOf(pages)
  const body = (await renderSite(files, context)).find(({ path }) => path === 'assets/search-index.js')?.body
  expect(String(body)).toContain('"Retries"')
  const search = await searchOf(pages)
  expect(search('title b')[0]).toBe('Title of b ./b.html')
})

test('what is spelt as asked for is not mixed with what is spelt alike', async () => {
  const search = await searchOf({ a: 'The relay.', b: 'The delay.' })
  expect(search('relay')).toEqual(['Title of a ./a.html'])
  expect(search('xelay')).toHaveLength(2)
  expect(search('relay nowhere')).toEqual(['Title of a ./a.html'])
})

test('what a page does not show is not found, and at most 16 results come', async () => {
  expect((await searchOf(PAGES))('secretly hidden')).toEqual([])
  const many = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`p${index}`, 'common word']))
  expect((await searchOf(many))('common')).toHaveLength(16)
})

test('hostile text in an index stays data', async () => {
  const evil = '</script><script>alert(1)</script>\u2028`alert(1)` "\\ \u202e'
  const search = await searchOf({ a: `# Title\n\n## A heading\n\n\`\`\`\n${evil}\n\`\`\`` }, { title: evil })
  expect(search('alert')).toHaveLength(2)
})

test('an excerpt shows the surroundings of the first match, and marks what was found', () => {
  const text = `${'before '.repeat(40)}the Needle and another needle ${'after '.repeat(60)}`
  const pieces = excerptOf(text, new Set(['needle']))
  expect(pieces.filter(({ marked }) => marked).map((piece) => piece.text)).toEqual(['Needle', 'needle'])
  const whole = pieces.map((piece) => piece.text).join('')
  expect(whole.length).toBeLessThan(200)
  expect(whole).toMatch(/^… before .* after …$/)
  expect(excerptOf('short', new Set(['x']))).toEqual([{ text: 'short', marked: false }])
  expect(excerptOf('', new Set())).toEqual([])
})

test('every term is a part of its text', () => {
  const text = 'XMLHttpRequest max_git_mib 検索語 a1b2 Ünïcode ไทย 日本語text'
  for (const { start, end } of termsOf(text)) expect(text.slice(start, end)).not.toMatch(/^\s|\s$|^$/)
  expect(termsOf('XMLHttpRequest').map(({ term }) => term)).toEqual(['xmlhttprequest', 'xml', 'http', 'request'])
  expect(termsOf('検索語').map(({ term }) => term)).toEqual(['検索', '索語', '語'])
})
