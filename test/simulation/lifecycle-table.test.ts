import { expect, test } from 'vitest'
import { checkLifecycleTable } from './lifecycle-table.ts'

test('every transition happens when it should, and not when any single thing forbids it', async () => {
  expect(await checkLifecycleTable()).toEqual([])
})
