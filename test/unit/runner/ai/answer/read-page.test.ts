import { describe, expect, test } from 'vitest'
import { END_OF_PAGE } from '../../../../../runner/ai/answer/prompts.ts'
import { readPage } from '../../../../../runner/ai/answer/read-page.ts'
import { limits } from '../../../../support/limits.ts'

const read = (text: string) => readPage(text, 'Setup')
const page = '# Setup\n\nInstall it.\n\n```sh\n# a comment\nnpm install\n```'

describe('the page is found in an answer', () => {
  const same: [name: string, answer: string][] = [
    ['as requested', `${page}\n\n${END_OF_PAGE}`],
    ['after some words', `I have read the files. Here is the page:\n\n${page}\n\n${END_OF_PAGE}\n`],
    ['after a promise', `I'll write the page now.\n\n${page}\n${END_OF_PAGE}`],
    ['in a fence', `\`\`\`\`markdown\n${page}\n\n${END_OF_PAGE}\n\`\`\`\``],
    ['in a fence that ends before the mark', `\`\`\`md\n${page}\n\`\`\`\n${END_OF_PAGE}`],
    ['in a fence, after some words', `Here it is:\n\n\`\`\`markdown\n\n${page}\n${END_OF_PAGE}\n\`\`\``],
    ['with Windows line ends', `${page}\n\n${END_OF_PAGE}`.replaceAll('\n', '\r\n')],
  ]
  test.each(same)('%s', (_name, answer) => {
    expect(String(read(answer)).replaceAll('\r', '')).toBe(page)
  })

  test("a page without a title gets the plan's", () => {
    expect(read(`## Install\n\nLike so.\n${END_OF_PAGE}`)).toBe('# Setup\n\n## Install\n\nLike so.')
    expect(read(`Setup\n=====\n\nLike so.\n${END_OF_PAGE}`)).toBe('Setup\n=====\n\nLike so.')
  })

  test('a comment in code before the first heading is not a heading', () => {
    const answer = `Run this:\n\n\`\`\`sh\n# install\nnpm ci\n\`\`\`\n\n# Setup\n\nDone.\n${END_OF_PAGE}`
    expect(read(answer)).toBe('# Setup\n\nDone.')
  })

  test('a page about a chat tool may quote how models talk', () => {
    const quoting = `# Refusals\n\nA model may answer:\n\n> I'm sorry, but I can't help with that.\n\n${END_OF_PAGE}`
    expect(read(quoting)).toContain('I can')
  })
})

test(
  'an answer crafted to be slow to parse is parsed quickly',
  () => {
    const spaces = ' '.repeat(150_000)
    expect(read(`${page}\n${END_OF_PAGE}${spaces}x`)).toMatchObject({ kind: 'cut-off' })
    expect(read(`\`\`\`${spaces}é\n\n${page}\n${END_OF_PAGE}`)).toMatchObject({ kind: 'not-a-page' })
    expect(read(`a\n${'\n'.repeat(190_000)}`)).toMatchObject({ kind: 'cut-off' })
    expect(read(`${page}\n${END_OF_PAGE}${spaces.repeat(100)}`)).toMatchObject({ kind: 'not-a-page' })
  },
  limits.quickWork,
)

describe('an answer without a page is a failure', () => {
  const none: [name: string, answer: string, kind: string][] = [
    ['cut off', page, 'cut-off'],
    ['cut off after the mark was quoted', `${page}\n${END_OF_PAGE} is the last line\n\nmore`, 'cut-off'],
    ['nothing but the mark', END_OF_PAGE, 'not-a-page'],
    ['only headings', `# Setup\n\n## Install\n${END_OF_PAGE}`, 'not-a-page'],
    ['a refusal', "I'm sorry, but I can't help with that.", 'not-a-page'],
    [
      'a refusal in the form of a page',
      `# Setup\n\nI cannot access the files of this repository.\n${END_OF_PAGE}`,
      'not-a-page',
    ],
    ['about its tools', `I don’t have permission to use the Read tool. Please grant it.\n${END_OF_PAGE}`, 'not-a-page'],
    ['only a promise', `I'll help you write this page! Which files should I read?`, 'not-a-page'],
    ['an offer', `# Setup\n\nLet me know which files to read.\n${END_OF_PAGE}`, 'not-a-page'],
    ['no heading', `Install it with npm.\n${END_OF_PAGE}`, 'not-a-page'],
    [
      'a long text before the first heading',
      `${'Words. '.repeat(120)}\n\n# Setup\n\nText\n${END_OF_PAGE}`,
      'not-a-page',
    ],
    ['endless', `# Setup\n\n${'x'.repeat(200_001)}\n${END_OF_PAGE}`, 'not-a-page'],
  ]
  test.each(none)('%s', (_name, answer, kind) => {
    expect(read(answer)).toMatchObject({ kind })
  })
})
