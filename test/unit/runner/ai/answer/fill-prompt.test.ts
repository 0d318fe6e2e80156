import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fillText } from '../../../../../runner/ai/answer/fill-prompt.ts'
import { root } from '../../../../support/service-process.ts'

const fill = (text: string, values: Record<string, string>) => fillText('page.md', text, values)

test('placeholders are filled in, as often as they appear', () => {
  expect(fill('# {{title}}\n\nAbout {{title}} and {{brief}}.\n', { title: 'A', brief: 'b' })).toBe(
    '# A\n\nAbout A and b.',
  )
})

test('what is filled in is never read again, and replaces nothing else', () => {
  const values = { title: '{{brief}} $& $1 {{other}} {{', brief: '\n\n\n\n{{title}}' }
  expect(fill('{{title}}|{{brief}}', values)).toBe(`${values.title}|${values.brief}`)
})

test('a line with nothing but an empty placeholder disappears, and leaves no gap', () => {
  expect(fill('a\n{{former}}\nb\n\n{{former}}\n\nc, {{former}}.\n\n{{former}}\n', { former: '' })).toBe('a\nb\n\nc, .')
})

test.each(['{{titel}}', '{{ title }}', '{{Title}}', '{{title}', 'a {{'])(
  'an unknown placeholder is an error: %s',
  (text) => {
    expect(() => fill(`{{title}} ${text}`, { title: 'A' })).toThrow(
      /^page\.md has an unknown placeholder, \{\{.*\. It may use \{\{title\}\}\.$/,
    )
  },
)

test('a missing placeholder is an error', () => {
  expect(() => fill('{{title}}', { title: 'A', pages: '', end_mark: '' })).toThrow(
    'page.md lacks {{pages}}, {{end_mark}}.',
  )
})

test('no prompt has what a CLI would replace: names in braces after a dollar sign, and @path', () => {
  const files = globSync('runner/prompts/**/*.md', { cwd: root })
  expect(files.length).toBeGreaterThan(10)
  for (const file of files) expect(readFileSync(join(root, file), 'utf8'), file).not.toMatch(/\$\{|(?<!\S)@\w/)
})
