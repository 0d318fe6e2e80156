import { expect, test } from 'vitest'
import { endMark, readPrompt } from '../../../stand-in/prompt.ts'

const page = (text: string) => `Write.\n${text}\nEnd with ${endMark}\n`

test('a prompt that does not mention the end mark asks for the plan, whatever else it says', () => {
  for (const prompt of ['Plan the site.', 'hi', 'The page: "Setup" is planned.'])
    expect(readPrompt(prompt)).toEqual({ kind: 'plan' })
})

test('a prompt that mentions the end mark but names no page is not understood', () => {
  for (const prompt of ['', 'The page: ""', 'the page: "Setup"', 'The page: "Setup\nBegin."'])
    expect(readPrompt(page(prompt))).toBeUndefined()
})

test('a page is recognised by its title, anywhere in the prompt', () => {
  for (const prompt of ['The page: "Setup"', 'Now write. The page: "Setup", for "users".'])
    expect(readPrompt(page(prompt))).toEqual({ kind: 'page', title: 'Setup', pages: [] })
})

test.each([
  'Say "a"',
  '"a" and "b" ',
  '"',
  '"". It must cover: "',
  'C:\\path\\" \\',
  'The page: "Setup"',
  'Größe – “quoted” 🦄\u0301',
  '$& $1 (.*)[',
])('a known title may contain anything: %s', (title) => {
  const prompt = page(`The page: "${title}". It must cover: "Setup" and "${title}".`)
  expect(readPrompt(prompt, ['Setup', 'Say', title])).toMatchObject({ title })
})

test('when several titles match, the longest wins', () => {
  expect(readPrompt(page('The page: "Say "a". More"'), ['Say ', 'Say "a', 'Say "a". More'])).toMatchObject({
    title: 'Say "a". More',
  })
})

test('listed pages may be linked, and their titles are known', () => {
  const list = '- [The "why"](why.md)\n* [A](b.md) [c](d)](a-2.md)\n- [No page](docs/x.md)\n- [Nor this](UP.md)'
  expect(readPrompt(page(`The page: "The "why"". Link only:\n${list}`))).toEqual({
    kind: 'page',
    title: 'The "why"',
    pages: [
      { slug: 'why', title: 'The "why"' },
      { slug: 'a-2', title: 'A](b.md) [c](d)' },
    ],
  })
})
