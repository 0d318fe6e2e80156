import { expect, test } from 'vitest'
import { pageCountFor } from '../../../../runner/inventory/page-count.ts'

const files = (count: number, name = 'src/file') => Array.from({ length: count }, (_, index) => `${name}-${index}.ts`)

test('the larger a repository, the more pages suit it, from 4 to 60', () => {
  const counts = [0, 15, 16, 60, 250, 251, 1_000, 1_001, 100_000].map((count) => pageCountFor(files(count)))
  expect(counts[0]).toEqual({ least: 4, most: 8 })
  expect(counts.at(-1)).toEqual({ least: 24, most: 60 })
  for (const [index, { least, most }] of counts.entries()) {
    expect(least).toBeLessThan(most)
    expect(most).toBeGreaterThanOrEqual(counts[index - 1]?.most ?? 0)
  }
})

test('tests and files that no page is about don’t count', () => {
  const some = [...files(10), ...files(500, 'test/file'), 'package-lock.json', 'LICENSE']
  expect(pageCountFor(some)).toEqual(pageCountFor(files(10)))
})
