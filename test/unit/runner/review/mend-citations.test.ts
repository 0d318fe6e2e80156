import { expect, test } from 'vitest'
import { checkCitations } from '../../../../runner/review/check-citations.ts'
import { mendCitations } from '../../../../runner/review/mend-citations.ts'
import { citationsIn } from '../../../../runner/site/citations.ts'

const FILES: Record<string, string[]> = {
  'src/add.ts': ['/** Adds. */', 'export function add(a: number, b: number) {', '  return a + b', '}', '', 'add(1, 2)'],
  'src/text.md': ['# Text', '', '```ts', 'code', '```'],
}
const files = {
  readLines: async (path: string) => FILES[path],
  isFolder: async (path: string) => path.replace(/\/$/, '') === 'src',
}

async function mend(markdown: string): Promise<string> {
  const cited = citationsIn(markdown)
  return await mendCitations(markdown, cited, await checkCitations(cited, { files }), files)
}

const fence = (lines: string, range: string, mark = '```') => `${mark}ts source=src/add.ts#${range}\n${lines}${mark}`

test.each([
  [
    'an empty fence is filled in',
    fence('', 'L2-L4'),
    fence(`${FILES['src/add.ts']?.slice(1, 4).join('\n')}\n`, 'L2-L4'),
  ],
  ['blank lines at the ends are left out', fence('', 'L5-L6'), fence('add(1, 2)\n', 'L6-L6')],
  [
    'an excerpt is moved to the lines that it shows',
    fence('  return a + b\n', 'L1-L1'),
    fence('  return a + b\n', 'L3-L3'),
  ],
  ['lost indentation is restored', fence('return a + b\n', 'L3'), fence('  return a + b\n', 'L3-L3')],
  ['in a list', `- x\n\n  ${fence('  ', 'L3')}`, `- x\n\n  ${fence('    return a + b\n  ', 'L3-L3')}`],
  ['in a quote', `> ${fence('> ', 'L3')}`, `> ${fence('>   return a + b\n> ', 'L3-L3')}`],
  [
    'a fence is longer than those in its lines',
    '~~~md source=src/text.md#L1-L5\n~~~',
    '````md source=src/text.md#L1-L5\n# Text\n\n```ts\ncode\n```\n````',
  ],
  ['a name is led to its definition', '[`add`](source:src/add.ts#L3)', '[`add`](source:src/add.ts#L2-L2)'],
  [
    'a reference too',
    '[`add`][r]\n\n[r]: source:src/add.ts#L3',
    '[`add`](source:src/add.ts#L2-L2)\n\n[r]: source:src/add.ts#L3',
  ],
  ['a folder gets its slash', '*[*all* of it](source:src)*', '*[*all* of it](source:src/)*'],
  [
    'a table stays one',
    '| a |\n|---|\n| [`add`](source:src/add.ts#L1) x |',
    '| a |\n|---|\n| [`add`](source:src/add.ts#L2-L2) x |',
  ],
  [
    'after text that looks like HTML',
    '<Foo>\n\n[`add`](source:src/add.ts#L3)',
    '<Foo>\n\n[`add`](source:src/add.ts#L2-L2)',
  ],
])('%s', async (_, markdown, mended) => expect(await mend(markdown)).toBe(mended))

test.each([
  ['true citations', `[\`add\`](source:src/add.ts#L2) ${'[x](source:src/add.ts#L1-L6)'}`],
  ['a name that stands nowhere', '[`subtract`](source:src/add.ts#L3)'],
  ['an excerpt that stands nowhere', fence('return a - b\n', 'L3')],
  ['lines that are blank', fence('', 'L5')],
  ['a link in HTML', '<a href="source:src/add.ts#L3"><code>add</code></a>'],
])('%s are left as they are', async (_, markdown) => expect(await mend(markdown)).toBe(markdown))
