import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkCitations } from '../../../../runner/review/check-citations.ts'
import { type Cited, citationsIn } from '../../../../runner/site/citations.ts'
import { type Citation, formatSourceRange } from '../../../../shared/page.ts'
import { visibleText } from '../../../../shared/visible-text.ts'
import { all, textOf } from '../../../support/read-html.ts'
import { renderContent } from './sample-site.ts'

const FILES: Record<string, string[]> = { 'a.ts': ['one', '  two', '', 'four'], 'src/b c.ts': ['x'] }
const readLines = async (path: string) => FILES[path]
const isFolder = async (path: string) => path.replace(/\/$/, '') === 'src'

/** The citations of a page as they are stored with it. */
async function citationsOf(
  markdown: string,
  read: (path: string) => Promise<string[] | undefined> = readLines,
): Promise<Citation[]> {
  const cited = citationsIn(markdown)
  const verdicts = await checkCitations(cited, { files: { readLines: read, isFolder } })
  return cited.map(({ range }, index) => ({ ...range, verified: !verdicts[index]?.fault }))
}

const shown = ({ range, kind, text }: Cited) => [kind, formatSourceRange(range), text]
const fence = (source: string, body: string, mark = '```') => `${mark}ts source=${source}\n${body}\n${mark}`

test('links, references, autolinks and fences are cited; look-alikes in code are not', () => {
  const markdown = [
    '[l](source:a.ts#L1-L2), [r][ref], <source:src/b%20c.ts#L1>',
    '`[c](source:no.ts#L1)` <a href="source:src/a.ts#L7">x</a>',
    '> - [deep](source:a.ts#L4)',
    fence('a.ts#L2-L3', '  two\n'),
    '````md\n```ts source=no.ts#L1\nx\n```\n````',
    '[up](source:../no.ts#L1) [abs](source:/no.ts#L1)',
    '[ref]: source:a.ts#L3',
  ].join('\n\n')
  expect(citationsIn(markdown).map(shown)).toEqual([
    ['link', 'a.ts#L1-L2', 'l'],
    ['link', 'a.ts#L3-L3', 'r'],
    ['link', 'src/b%20c.ts#L1-L1', 'source:src/b%20c.ts#L1'],
    ['link', 'src/a.ts#L7-L7', 'x'],
    ['link', 'a.ts#L4-L4', 'deep'],
    ['excerpt', 'a.ts#L2-L3', '  two\n'],
  ])
})

test.each([
  ['an exact excerpt', fence('a.ts#L1-L3', 'one\n  two\n'), true],
  ['one more line feed at the end', fence('a.ts#L1-L2', 'one\n  two\n'), true],
  ['two more line feeds', fence('a.ts#L1-L2', 'one\n  two\n\n'), false],
  ['lost indentation', fence('a.ts#L1-L2', 'one\ntwo'), false],
  ['a missing line', fence('a.ts#L1-L2', 'one'), false],
  ['lines beyond the end', '[x](source:a.ts#L4-L5)', false],
  ['the last line', '[x](source:a.ts#L4)', true],
  ['a missing file', '[x](source:gone.ts#L1)', false],
  [
    'an excerpt in a list',
    `- x\n\n  ${fence('a.ts#L1-L2', 'one\n    two').replaceAll('\n', '\n  ').replace('      two', '    two')}`,
    true,
  ],
  ['CRLF markdown', fence('a.ts#L1-L2', 'one\n  two').replaceAll('\n', '\r\n'), true],
])('%s is judged correctly', async (_, markdown, verified) => {
  expect((await citationsOf(markdown)).map((citation) => citation.verified)).toEqual([verified])
})

test.each([
  ['source:src/a.ts', 'src/a.ts'],
  ['source:./src/a.ts', 'src/a.ts'],
  ['source:README.md#usage', 'README.md'],
  ['./src/a.ts', 'src/a.ts'],
  ['SOURCE:a.ts#L1-L2', 'a.ts#L1-L2'],
  ['source:./a.ts#L1', 'a.ts#L1-L1'],
  ['./src/a.ts#L1-L2', 'src/a.ts#L1-L2'],
  ['a.ts#L1', 'a.ts#L1-L1'],
  ['source:a.ts#L1-2', 'a.ts#L1-L2'],
  ['source:a.ts#L1C3-L2C5', 'a.ts#L1-L2'],
  ['source:a.ts#1-2', 'a.ts#L1-L2'],
  ['source:a.ts#lines-1:2', 'a.ts#L1-L2'],
  ['source:a.ts:1-2', 'a.ts#L1-L2'],
  ['src/a.ts:1', 'src/a.ts#L1-L1'],
  ['source:a.ts?plain=1#L1', 'a.ts#L1-L1'],
])('%s cites a source', (href, source) => {
  expect(citationsIn(`[x](<${href}>)`).map(({ range }) => formatSourceRange(range))).toEqual([source])
})

test.each([
  'usage.md',
  'usage',
  '#L1',
  'https://e.example/src/a.ts#L1',
  'mailto:a/b.ts',
  '/src/a.ts',
  '../a.ts#L1',
  'source:a.ts#L2-L1',
])('%s does not cite a source', (href) => expect(citationsIn(`[x](<${href}>)`)).toEqual([]))

test('a citation of a whole file is verified if the file exists, and is labelled as such', async () => {
  const markdown = '[x](source:a.ts) [y](source:gone.ts)'
  const citations = await citationsOf(markdown)
  expect(citations).toEqual([
    { path: 'a.ts', verified: true },
    { path: 'gone.ts', verified: false },
  ])
  const content = await renderContent(markdown, {}, { citations })
  expect(textOf(content)).toBe('x y not verified')
  expect(all(content, 'a').map(({ attributes }) => [attributes.href, attributes.title])).toEqual([
    ['https://github.com/acme/courier/blob/0123456789abcdef/a.ts', 'a.ts, whole file'],
    ['https://github.com/acme/courier/blob/0123456789abcdef/gone.ts', 'gone.ts, whole file'],
  ])
})

test('each citation has a flag of its own, also where two cite the same lines', async () => {
  const markdown = [
    fence('a.ts#L1-L2', 'one\n  two'),
    '[x](source:a.ts#L1)',
    fence('a.ts#L1-L2', 'made up'),
    fence('a.ts#L1-L2', 'one\n  two'),
  ].join('\n\n')
  const citations = await citationsOf(markdown)
  expect(citations).toEqual([
    { path: 'a.ts', startLine: 1, endLine: 2, verified: true },
    { path: 'a.ts', startLine: 1, endLine: 1, verified: true },
    { path: 'a.ts', startLine: 1, endLine: 2, verified: false },
    { path: 'a.ts', startLine: 1, endLine: 2, verified: true },
  ])
  const content = await renderContent(markdown, {}, { citations })
  expect(all(content, 'figcaption').map(textOf)).toEqual([
    'a.ts lines 1–2',
    'a.ts lines 1–2 not verified',
    'a.ts lines 1–2',
  ])
  // As pages of earlier versions are stored.
  const byRange = await renderContent(markdown, {}, { citations: citations.slice(1, 3) })
  expect(all(byRange, 'small')).toHaveLength(3)
})

test('a folder is cited with a slash at its end', async () => {
  const markdown = '[x](source:src/) [y](source:gone/) [z](source:a.ts/) [w](source:src/#L1)'
  const citations = await citationsOf(markdown)
  expect(citations).toEqual([
    { path: 'src/', verified: true },
    { path: 'gone/', verified: false },
    { path: 'a.ts/', verified: false },
  ])
  const links = all(await renderContent(markdown, {}, { citations }), 'a')
  expect(links[0]?.attributes).toMatchObject({
    href: 'https://github.com/acme/courier/tree/0123456789abcdef/src',
    title: 'src/, folder',
  })
})

test('each file is read once, and paths that leave the repository are never read', async () => {
  const asked: string[] = []
  const markdown =
    '[1](source:a.ts#L1) [2](source:a.ts#L2) [3](source:../../x#L1) [4](source:/etc/x#L1) [5](source:a/%2e%2e/b#L1)'
  await citationsOf(markdown, async (path) => {
    asked.push(path)
    return FILES[path]
  })
  expect(asked).toEqual(['a.ts'])
})

test('at most two cited files are held in memory at once, and citations keep the order of the page', async () => {
  setFlagsFromString('--expose-gc')
  const collectGarbage: () => void = runInNewContext('gc')
  const held: WeakRef<string[]>[] = []
  const most: number[] = []
  const names = Array.from({ length: 20 }, (_, index) => `file-${index}.ts`)
  const markdown = [...names, ...names].map((name, index) => `[x](source:${name}#L${index < 20 ? 1 : 2})`).join(' ')
  const citations = await citationsOf(markdown, async () => {
    await setImmediate()
    collectGarbage()
    most.push(held.filter((file) => file.deref()).length)
    const lines = ['one']
    held.push(new WeakRef(lines))
    return lines
  })
  expect(Math.max(...most)).toBeLessThanOrEqual(1)
  expect(most).toHaveLength(20)
  expect(citations).toEqual(
    [...names, ...names].map((path, index) => {
      const line = index < 20 ? 1 : 2
      return { path, startLine: line, endLine: line, verified: line === 1 }
    }),
  )
})

test('any excerpt arrives in the HTML verbatim, in a figure that names its lines', async () => {
  const line = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('```', '<b>&amp;"', '\tx', '   ', '', '</code></pre>', '\u202E', '# h'),
  )
  const lines = fc.array(
    line.map((text) => text.replaceAll(/[\r\n\0]/g, '').toWellFormed()),
    { minLength: 1, maxLength: 6 },
  )
  const path = fc.string({ minLength: 1 }).filter((text) => text.isWellFormed() && !/[\0\\/`]|^\.\.?$/.test(text))
  await fc.assert(
    fc.asyncProperty(lines, path, fc.constantFrom('', 'x<br>y'), async (beginning, name, tail) => {
      // Without a word, lines are no source.
      const body = [...beginning, 'word']
      const range = { path: `src/${name}`, startLine: 5, endLine: 4 + body.length }
      const source = formatSourceRange(range)
      // With HTML beside it, the whole page goes through the parser of HTML.
      const markdown = `${fence(source, body.join('\n'), '``````')}\n\n${tail}`
      const file = [...Array<string>(4).fill('-'), ...body]
      const citations = await citationsOf(markdown, async (asked) => (asked === range.path ? file : undefined))
      const content = await renderContent(markdown, {}, { citations })
      expect(citations).toEqual([{ ...range, verified: true }])
      expect(all(content, 'figure').map(({ attributes }) => attributes['data-source'])).toEqual([source])
      expect(all(content, 'code').map(textOf)).toEqual([range.path, body.join('\n')].map(visibleText))
      expect(all(content, 'small')).toEqual([])
    }),
    { numRuns: 150 },
  )
})

test('unverified excerpts and links are marked, and nothing else is', async () => {
  const markdown = `${fence('a.ts#L1-L2', 'made up')}\n\n[good](source:a.ts#L1) [bad](source:gone.ts#L1)`
  const content = await renderContent(markdown, {}, { citations: await citationsOf(markdown) })
  expect(textOf(all(content, 'figcaption')[0] ?? content)).toBe('a.ts lines 1–2 not verified')
  expect(textOf(all(content, 'p')[0] ?? content)).toBe('good bad not verified')
})

test('a fence keeps its language next to its source, and a source needs no language', async () => {
  const content = await renderContent(
    '```c++ source=a.ts#L1\nx\n```\n\n```source=a.ts#L1\ny\n```\n\n```py title="x"\nz\n```',
  )
  expect(all(content, 'pre').map((pre) => all(pre, 'code')[0]?.attributes.class)).toEqual([
    'language-c++',
    undefined,
    'language-py',
  ])
  expect(all(content, 'figure')).toHaveLength(2)
})

test('whatever an excerpt of a credential file quotes, it is neither published nor a citation', async () => {
  const markdown = [
    fence('.env#L1', 'KEY=sk-1'),
    fence('deploy/ID_RSA#L1-L2', 'KEY=sk-2'),
    fence('.env.example#L1', 'KEY='),
  ]
  const readWhole = async () => ['KEY=sk-1', 'KEY=sk-2']
  const citations = await citationsOf(markdown.join('\n\n'), readWhole)
  expect(citations.map(({ path }) => path)).toEqual(['.env.example'])
  const text = textOf(await renderContent(markdown.join('\n\n')))
  expect(text).not.toContain('sk-')
  expect(text).toContain('.env is not quoted here: files of its kind hold credentials.')
  expect(text).toContain('KEY=')
})
