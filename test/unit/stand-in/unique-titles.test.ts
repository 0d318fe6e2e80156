import { expect, test } from 'vitest'
import type { Draft } from '../../../stand-in/pages/draft.ts'
import { withUniqueTitles } from '../../../stand-in/pages/unique-titles.ts'

const draft = (title: string, document?: string): Draft => ({
  ...{ group: 'g', slug: 's', title, description: '', blocks: [] },
  ...(document === undefined ? {} : { document }),
})

const titlesOf = (drafts: Draft[]) => withUniqueTitles(drafts).map(({ title }) => title)

test('a unique title is unchanged', () => {
  expect(titlesOf([draft('Overview'), draft('Setup', 'docs/setup.md')])).toEqual(['Overview', 'Setup'])
})

test('among pages with the same title, those that show a document add its path', () => {
  const drafts = [draft('Setup', 'docs/a.md'), draft('Setup', 'docs/b.md'), draft('Setup')]
  expect(titlesOf(drafts)).toEqual(['Setup (docs/a.md)', 'Setup (docs/b.md)', 'Setup'])
})

test('titles that are still the same get a number', () => {
  expect(titlesOf([draft('a (2)'), draft('a'), draft('a'), draft('a')])).toEqual(['a (2)', 'a', 'a (3)', 'a (4)'])
})

test('a title is a single well-formed line no longer than a plan allows', () => {
  const long = '🦄'.repeat(200)
  const [first, ...others] = titlesOf([draft(' a\n b '), draft(long), draft(long), draft(`x${long}`), draft('y\uD83E')])
  expect(first).toBe('a b')
  for (const title of others) {
    expect(title.length).toBeLessThanOrEqual(200)
    expect(title.isWellFormed()).toBe(true)
  }
  expect(new Set(others).size).toBe(4)
})
