import { expect, test } from 'vitest'
import { placePages } from '../../../../../runner/ai/answer/place-pages.ts'
import { type PlannedPage, pagesOf } from '../../../../../shared/plan.ts'

const placed = (pages: Partial<PlannedPage>[]) =>
  pagesOf(
    placePages({
      ...{ project_name: 'P', tagline: '' },
      navigation: [{ group: 'All', pages: pages.map((page) => ({ slug: '', title: 'T', description: '', ...page })) }],
    }),
  )

test('a site has two levels: what is below a page that is itself below one is put below the topmost', () => {
  const pages = placed([
    { slug: 'a' },
    { slug: 'b', parent: 'a' },
    { slug: 'c', parent: 'b' },
    { slug: 'd', parent: 'c' },
  ])
  expect(pages.map(({ slug, parent }) => [slug, parent])).toEqual([
    ['a', undefined],
    ['b', 'a'],
    ['c', 'a'],
    ['d', 'a'],
  ])
})

test('a page above itself, or below a page that the plan lacks, is below none', () => {
  const pages = placed([
    { slug: 'a', parent: 'b' },
    { slug: 'b', parent: 'a' },
    { slug: 'c', parent: 'c' },
    { slug: 'd', parent: 'gone' },
    { slug: 'e', parent: 'a' },
  ])
  expect(pages.every((page) => !('parent' in page))).toBe(true)
})

test('in its group, a page follows the one above it; in another group it stays where it is', () => {
  const page = (slug: string, parent?: string): PlannedPage => ({
    ...{ slug, title: 'T', description: '' },
    ...(parent ? { parent } : {}),
  })
  const made = placePages({
    ...{ project_name: 'P', tagline: '' },
    navigation: [
      { group: 'One', pages: [page('b1', 'b'), page('a'), page('b'), page('a1', 'a'), page('a2', 'a')] },
      { group: 'Two', pages: [page('c'), page('a3', 'a'), page('d')] },
    ],
  })
  expect(made.navigation.map(({ pages }) => pages.map(({ slug }) => slug))).toEqual([
    ['a', 'a1', 'a2', 'b', 'b1'],
    ['c', 'a3', 'd'],
  ])
})

test('related pages are other pages of the plan, each once, and only a few', () => {
  const many = Array.from({ length: 20 }, (_, index) => `p${index}`)
  const pages = placed([
    { slug: 'a', related: ['b', 'a', 'gone', 'b'] },
    { slug: 'b', related: ['gone'] },
    { slug: 'c', related: many },
    ...many.map((slug) => ({ slug })),
  ])
  expect(pages[0]?.related).toEqual(['b'])
  expect(pages[1]).not.toHaveProperty('related')
  expect(pages[2]?.related).toHaveLength(6)
})
