import fc from 'fast-check'
import { expect, test } from 'vitest'
import { all, textOf } from '../../../support/read-html.ts'
import { renderContent } from './sample-site.ts'
import { untidyMarkdown } from './untidy-markdown.ts'

// By hand: UNTIDY_PAGES=5000 npx vitest run --config test/vitest.config.ts test/unit/runner/site/page-text.test.ts
const numRuns = Number(process.env.UNTIDY_PAGES ?? 200)

test('every word of a page’s text is shown once and in order, except in comments, scripts and styles', async () => {
  await fc.assert(
    fc.asyncProperty(untidyMarkdown(), async ({ markdown, words }) => {
      const text = textOf(await renderContent(markdown))
      expect(text.match(/w\d+x/g)).toEqual(words)
      expect(text).not.toContain('hidden')
    }),
    { numRuns },
  )
})

test.each([
  ['generic types and placeholders', 'Promise<void>, List<String>, Array<Object>, <your-api-key>, Partial<form>'],
  ['tags that would load or run something', '<script>, <iframe src=x>, <video>, <form action="/">'],
  ['tags that are only named', 'Use <details> with <summary>, or <b> and </p>.'],
  ['processing instructions and declarations', 'a <?php echo 1 ?> b <!DOCTYPE html> c'],
  ['single tildes', 'From 1~3 and 4~6 of them.'],
])('%s are text', async (_, text) => {
  const content = await renderContent(`x ${text}`)
  expect(textOf(content)).toBe(`x ${text}`)
})

test('markdown after a word in angle brackets is still parsed', async () => {
  const content = await renderContent(
    '<your-api-key>\nis **one** [page](b.md)\n\n> <script> is `code`\n\n<!-- never closed\n\n*a*',
  )
  expect(['strong', 'a', 'code', 'em'].map((tag) => all(content, tag).map(textOf))).toEqual([
    ['one'],
    ['page'],
    ['code'],
    ['a'],
  ])
  expect(textOf(content)).not.toContain('\\')
})

test('emphasis works next to Chinese, Japanese and Korean punctuation', async () => {
  const content = await renderContent('**テスト。**テスト **「引用」**と')
  expect(all(content, 'strong').map(textOf)).toEqual(['テスト。', '「引用」'])
})
