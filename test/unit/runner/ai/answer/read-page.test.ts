import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { END_OF_PAGE } from '../../../../../runner/ai/answer/prompts.ts'
import { readPage } from '../../../../../runner/ai/answer/read-page.ts'
import { limits } from '../../../../support/limits.ts'

const read = (text: string) => readPage([text], 'Setup')
const page = '# Setup\n\nInstall it.\n\n```sh\n# a comment\nnpm install\n```'

describe('a page is what its model meant', () => {
  const same: [name: string, answer: string][] = [
    ['as asked for', `${page}\n\n${END_OF_PAGE}`],
    ['after some words', `I have read the files. Here is the page:\n\n${page}\n\n${END_OF_PAGE}\n`],
    ['after a promise', `I'll write the page now.\n\n${page}\n${END_OF_PAGE}`],
    ['in a fence', `\`\`\`\`markdown\n${page}\n\n${END_OF_PAGE}\n\`\`\`\``],
    ['in a fence that ends before the mark', `\`\`\`md\n${page}\n\`\`\`\n${END_OF_PAGE}`],
    ['in a fence, after some words', `Here it is:\n\n\`\`\`markdown\n\n${page}\n${END_OF_PAGE}\n\`\`\``],
    ['before words', `${page}\n\n${END_OF_PAGE}\n\nThe page is complete; I verified every citation.`],
    ['before words on the same line', `${page}\n\n${END_OF_PAGE} I verified it.`],
    ['before a second mark', `${page}\n\n${END_OF_PAGE}\n\nThat was it.\n\n${END_OF_PAGE}`],
    ['in a fence, before words', `Here:\n\n\`\`\`markdown\n${page}\n\`\`\`\n\nThis covers it.\n\n${END_OF_PAGE}`],
    [
      'in a fence, after a draft in one',
      ['# Setup\n\nDraft.', page].map((text) => `\`\`\`md\n${text}\n${END_OF_PAGE}\n\`\`\``).join('\n\nBetter:\n\n'),
    ],
    ['after many words', `${'Words. '.repeat(120)}\n\n${page}\n${END_OF_PAGE}`],
    ['after notes with headings', `## What I found\n\nMuch.\n\n${page}\n${END_OF_PAGE}`],
    ['with Windows line ends', `${page}\n\n${END_OF_PAGE}`.replaceAll('\n', '\r\n')],
  ]
  test.each(same)('%s', (_name, answer) => {
    expect(String(read(answer)).replaceAll('\r', '')).toBe(page)
  })

  const marks = [
    ...[
      '`<!-- docsfy:end -->`',
      '**<!-- docsfy:end -->**',
      '<!--docsfy:end-->',
      '<!-- DOCSFY:END --->',
      '<!-- docsfy:end',
    ],
    ...['\\<!-- docsfy:end --\\>', '&lt;!-- docsfy:end --&gt;', '<!— docsfy:end —>', 'docsfy:end', '> docsfy : end'],
    ...['```html\n<!-- docsfy:end -->\n```', '```\ndocsfy:end\n```'],
  ]
  test.each(marks)('its end mark may be written as %s', (mark) => {
    expect(read(`${page}\n\n${mark}`)).toBe(page)
    expect(read(`${page}\n\n${mark}\n\nDone.`)).toBe(page)
  })

  test('a page that was said before a tool call is the page, though nothing or words come after it', () => {
    for (const after of ['', 'All is verified.', '# Setup\n\nAnd once m']) {
      expect(readPage(['Let me look.', `${page}\n${END_OF_PAGE}`, after], 'Setup')).toBe(page)
    }
  })

  test('a page that goes on after a tool call is whole', () => {
    expect(readPage(['# Setup\n\nOne.', `## More\n\nTwo.\n\n${END_OF_PAGE}`], 'Setup')).toBe(
      '# Setup\n\nOne.\n\n## More\n\nTwo.',
    )
  })

  test('questions in the first person are a page', () => {
    const faq = "# FAQ\n\nI don't see my changes: what now? Restart the server.\n\n## More\n\nText."
    expect(read(`${faq}\n\n${END_OF_PAGE}`)).toBe(faq)
  })

  test('whatever its blocks are and whatever is around it, it comes out as it is', () => {
    const word = fc.stringMatching(/^[A-Za-z]{1,8}$/)
    const block = fc.oneof(
      word.map((text) => `Text ${text}.`),
      word.map((text) => `## ${text}`),
      word.map((text) => `- ${text}`),
      word.map((text) => `\`\`\`sh\n# ${text}\n\`\`\``),
      word.map((text) => `\`\`\`\n${text}\n\`\`\``),
      word.map((text) => `~~~md\n# ${text}\n${END_OF_PAGE}\n\n\`\`\`\n~~~`),
    )
    const around: fc.Arbitrary<(text: string, mark: string) => string> = fc.constantFrom(
      (text, mark) => `${text}\n\n${mark}`,
      (text, mark) => `I have read it.\n\n${text}\n\n${mark}\n\nAll done: see \`src\`.`,
      (text, mark) => `\`\`\`\`markdown\n${text}\n${mark}\n\`\`\`\`\n`,
      (text, mark) => `Here:\n\n\`\`\`\`\n${text}\n\`\`\`\`\n\nIt covers all.\n\n${mark}`,
    )
    fc.assert(
      fc.property(fc.array(block, { minLength: 1 }), around, fc.constantFrom(...marks), (blocks, wrap, mark) => {
        const text = ['# Setup', 'It begins.', ...blocks].join('\n\n')
        expect(read(wrap(text, mark))).toBe(text)
      }),
    )
  })

  test('without a title it gets the one of the plan', () => {
    expect(read(`## Install\n\nLike so.\n${END_OF_PAGE}`)).toBe('# Setup\n\n## Install\n\nLike so.')
    expect(read(`Setup\n=====\n\nLike so.\n${END_OF_PAGE}`)).toBe('Setup\n=====\n\nLike so.')
  })

  test('a comment in code before the first heading is no heading', () => {
    const answer = `Run this:\n\n\`\`\`sh\n# install\nnpm ci\n\`\`\`\n\n# Setup\n\nDone.\n${END_OF_PAGE}`
    expect(read(answer)).toBe('# Setup\n\nDone.')
  })

  test('the page of a chat tool may quote how models talk', () => {
    const quoting = `# Refusals\n\nA model may answer:\n\n> I'm sorry, but I can't help with that.\n\n${END_OF_PAGE}`
    expect(read(quoting)).toContain('I can')
  })
})

test(
  'an answer made to be hard to read is read at once',
  () => {
    const spaces = ' '.repeat(150_000)
    expect(read(`${page}\n${END_OF_PAGE}${spaces}x`)).toBe(page)
    expect(read(`\`\`\`${spaces}é\n\n${page}\n${END_OF_PAGE}`)).toMatchObject({ kind: 'not-a-page' })
    expect(read(`a\n${'\n'.repeat(190_000)}`)).toMatchObject({ kind: 'cut-off' })
    expect(read(`${page}\n${END_OF_PAGE}${spaces.repeat(10)}`)).toBe(page)
    expect(read('```a\n'.repeat(200_000) + END_OF_PAGE)).toMatchObject({ kind: 'not-a-page' })
    expect(read(`# Setup\n${END_OF_PAGE}\n`.repeat(20_000))).toMatchObject({ kind: 'not-a-page' })
  },
  limits.quickWork,
)

describe('what is no page is a failure', () => {
  const none: [name: string, answer: string, kind: string][] = [
    ['cut off', page, 'cut-off'],
    ['cut off after the mark was quoted', `${page}\n\`${END_OF_PAGE}\` is the last line\n\nmore`, 'cut-off'],
    ['cut off after a quotation', `# Setup\n\n\`\`\`md\n# T\n${END_OF_PAGE}\n\`\`\`\n\nmore`, 'cut-off'],
    ['nothing but the mark', END_OF_PAGE, 'not-a-page'],
    ['a heading alone', `# Setup\n\n## Install\n${END_OF_PAGE}`, 'not-a-page'],
    ['a refusal', "I'm sorry, but I can't help with that.", 'not-a-page'],
    [
      'a refusal in the form of a page',
      `# Setup\n\nI cannot access the files of this repository.\n${END_OF_PAGE}`,
      'not-a-page',
    ],
    [
      'a refusal in sections',
      `# Setup\n\n## Install\n\nI cannot see it.\n\n## Use\n\nI don't have access.\n${END_OF_PAGE}`,
      'not-a-page',
    ],
    ['about its tools', `I don’t have permission to use the Read tool. Please grant it.\n${END_OF_PAGE}`, 'not-a-page'],
    ['a promise alone', `I'll help you write this page! Which files should I read?`, 'not-a-page'],
    ['an offer', `# Setup\n\nLet me know which files to read.\n${END_OF_PAGE}`, 'not-a-page'],
    ['no heading', `Install it with npm.\n${END_OF_PAGE}`, 'not-a-page'],
    [
      'a long text before the first heading',
      `${'Words. '.repeat(120)}\n\n## Install\n\nText\n${END_OF_PAGE}`,
      'not-a-page',
    ],
    ['endless', `# Setup\n\n${'x'.repeat(200_001)}\n${END_OF_PAGE}`, 'not-a-page'],
  ]
  test.each(none)('%s', (_name, answer, kind) => {
    expect(read(answer)).toMatchObject({ kind })
  })
})
