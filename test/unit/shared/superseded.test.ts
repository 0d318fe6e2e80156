import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type PublishedSite, replaceSite, supersededPrefixes } from '../../../shared/site.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const site = (name: string): PublishedSite => ({
  prefix: `${name}/`,
  generationId: randomUUID(),
  pageScope: 'scope',
  commit: 'c',
  ref: 'main',
  pageCount: 1,
  complete: true,
  publishedAt: new Date().toISOString(),
})

const minutes = (count: number): void => void vi.advanceTimersByTime(count * 60_000)

test('the assets of a replaced site are served for an hour, however often the site is replaced since', () => {
  const first = replaceSite(undefined, site('first'))
  expect(supersededPrefixes(first)).toEqual([])
  minutes(600)
  const second = replaceSite(first, site('second'))
  minutes(50)
  const third = replaceSite(second, site('third'))
  expect(supersededPrefixes(third)).toEqual(['second/', 'first/'])
  minutes(10)
  expect(supersededPrefixes(third)).toEqual(['second/', 'first/'])
  minutes(10)
  expect(supersededPrefixes(third)).toEqual(['second/'])
  expect(replaceSite(third, site('fourth')).superseded?.map(({ prefix }) => prefix)).toEqual(['third/', 'second/'])
})

test('only the thirty latest replaced sites are kept', () => {
  let published = site('0')
  for (let number = 1; number <= 100; number++) published = replaceSite(published, site(String(number)))
  expect(supersededPrefixes(published)).toEqual(Array.from({ length: 30 }, (_, index) => `${99 - index}/`))
})
