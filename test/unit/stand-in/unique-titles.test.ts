import { expect, test } from 'vitest'
import type { Draft } from '../../../stand-in/pages/site.ts'
import { withUniqueTitles } from '../../../stand-in/pages/unique-titles.ts'

const draft = (title: string, document?: string): Draft => ({
  ...{ group: 'g', slug: 's', title, description: '', write: () => [] },
  ...(document === undefined ? {} : { document }),
})

const titlesOf = (drafts: Draft[]) => withUniqueTitles(drafts).map(({ title }) => title)

test('a title that only one page has stays as it is', () => {
  expect(titlesOf([draft('Overview'), draft('Setup', 'docs/setup.md')])).toEqual(['Overview', 'Setup'])
})

test('of pages with one title, those that show a document say which', () => {
  const drafts = [draft('Setup', 'docs/a.md'), draft('Setup', 'docs/b.md'), draft('Setup')]
  expect(titlesOf(drafts)).toEqual(['Setup (docs/a.md)', 'Setup (docs/b.md)', 'Setup'])
})

test('what is still the same gets a number', () => {
  expect(titlesOf([draft('a (2)'), draft('a'), draft('a'), draft('a')])).toEqual(['a (2)', 'a', 'a (3)', 'a (4)'])
})

test('a title stands on one line, well-formed, and is as long as a plan may have it', () => {
  const long = '🦄'.repeat(200)
  const [first, ...others] = titlesOf([draft(' a\n b '), draft(long), draft(long), draft(`x${long}`), draft('y\uD83E')])
  expect(first).toBe('a b')
  for (const title of others) {
    expect(title.length).toBeLessThanOrEqual(200)
    expect(title.isWellFormed()).toBe(true)
  }
  expect(new Set(others).size).toBe(4)
})
