import { expect, test } from 'vitest'
import { readPlan } from '../../../../../runner/ai/answer/read-plan.ts'
import { limits } from '../../../../support/limits.ts'

const planOf = (pages: object[]) => JSON.stringify({ project_name: 'P', navigation: [{ group: 'All', pages }] })

test('slugs are made flat and unique, whatever the model calls its pages', () => {
  const read = readPlan(
    `Here:\n${planOf([{ slug: 'A b' }, { slug: 'a/b' }, { slug: 'index' }].map((page) => ({ ...page, title: 'T' })))}`,
  )
  expect('plan' in read && read.plan.navigation.flatMap(({ pages }) => pages.map(({ slug }) => slug))).toEqual([
    'a-b',
    'a-b-2',
    'index-2',
  ])
})

test(
  'a plan without pages, or with far too many of the same name, is rejected quickly',
  () => {
    expect(readPlan(planOf([]))).toEqual({ problems: ['The plan has no pages.'] })
    const many = Array.from({ length: 100_000 }, () => ({ slug: 'a', title: 'a' }))
    expect(readPlan(planOf(many))).toEqual({ problems: ['The plan has 100000 pages; at most 60 are allowed.'] })
  },
  limits.quickWork,
)
