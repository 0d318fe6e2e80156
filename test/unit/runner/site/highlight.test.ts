import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitIntoLines } from '../../../../runner/site/split-into-lines.ts'
import { all, elementsOf, type Node, textOf } from '../../../support/read-html.ts'
import { renderContent } from './sample-site.ts'

const classesIn = (node: Node): string[] => elementsOf(node).flatMap(({ attributes }) => attributes.class ?? [])

const fence = (info: string, body: string) => `\`\`\`\`${info}\n${body}\n\`\`\`\``

test.each([
  ['ts', 'const a: string = "x"', 'TypeScript'],
  ['TypeScript', 'const a: string = "x"', 'TypeScript'],
  ['py', 'def f(): pass', 'Python'],
  ['dockerfile', 'FROM node', 'Dockerfile'],
  ['c++', 'int main() { return 0; }', 'C++'],
  ['toml', '[a]\nb = "c"', 'TOML'],
])('code in %s is coloured by classes alone, and its language is named', async (info, body, label) => {
  const content = await renderContent(fence(info, body))
  expect(all(content, 'div').map(({ attributes }) => attributes['data-language'])).toContain(label)
  const [pre] = all(content, 'pre')
  expect(pre && textOf(pre)).toBe(body)
  expect(pre && classesIn(pre).some((name) => name.startsWith('hljs-'))).toBe(true)
  for (const { attributes } of elementsOf(content)) expect(attributes).not.toHaveProperty('style')
})

test('a language that nobody knows, and none, are plain text without a name', async () => {
  const content = await renderContent(`${fence('no-such', 'const a = 1')}\n\n${fence('', 'const a = 1')}`)
  expect(classesIn(content).filter((name) => /hljs|code-head/.test(name))).toEqual([])
})

test('a fence shows the file name that its title gives', async () => {
  const content = await renderContent(fence('yaml title="compose.yaml"', 'a: 1'))
  expect(all(content, 'span').find(({ attributes }) => attributes.class === 'file')).toMatchObject({
    children: ['compose.yaml'],
  })
})

test('the lines of an excerpt have the numbers of the file’s own lines, and other code has none', async () => {
  const body = '/* two\n   lines */\n\nconst a = `\n`'
  const content = await renderContent(`${fence('ts source=src/a.ts#L9-L13', body)}\n\n${fence('ts', body)}`)
  const lines = elementsOf(content).filter(({ attributes }) => attributes.class === 'line')
  expect(lines.map(({ attributes }) => attributes['data-line'])).toEqual(['9', '10', '11', '12', '13'])
  expect(lines.map(textOf).join('')).toBe(body)
  expect(all(content, 'figcaption')[0]?.attributes['data-language']).toBe('TypeScript')
})

test('an excerpt without a language takes its file’s', async () => {
  const content = await renderContent(fence('source=src/a.rs#L1-L1', 'fn main() {}'))
  expect(all(content, 'figcaption')[0]?.attributes['data-language']).toBe('Rust')
})

test('splitting tokens into lines keeps every character', () => {
  const text = fc.array(fc.constantFrom('a', '\n', 'b c', '\n\n')).map((parts) => parts.join(''))
  fc.assert(
    fc.property(fc.array(text), (texts) => {
      const children = texts.map((value, index) =>
        index % 2 === 0
          ? { type: 'text' as const, value }
          : {
              type: 'element' as const,
              tagName: 'span',
              properties: { className: ['hljs-comment'] },
              children: [{ type: 'text' as const, value }],
            },
      )
      const lines = splitIntoLines(children, 1).map(
        (line) => JSON.stringify(line).match(/"value":"((?:[^"\\]|\\.)*)"/g) ?? [],
      )
      const whole = lines.flat().map((part) => JSON.parse(`{${part}}`).value)
      expect(whole.join('')).toBe(texts.join(''))
      for (const line of lines) expect(line.join('').split('\\n').length).toBeLessThanOrEqual(2)
    }),
  )
})

test.each([
  ['a block too long to colour', `${'const a = 1\n'.repeat(9_000)}`],
  ['a line too long to colour', `const a = ${'1 + '.repeat(2_000)}1`],
])('%s stays plain text', async (_, body) => {
  const content = await renderContent(fence('js', body))
  expect(classesIn(content).filter((name) => name.startsWith('hljs-'))).toEqual([])
  expect(textOf(content)).toContain(body.slice(-20).trim())
})
