import { expect, test } from 'vitest'
import { checkLifecycleTable } from './lifecycle-table.ts'

test('every transition applies when it should, and never when a single property forbids it', async () => {
  expect(await checkLifecycleTable()).toEqual([])
})
