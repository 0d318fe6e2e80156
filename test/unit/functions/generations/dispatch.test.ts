import { expect, test } from 'vitest'
import { measureRound } from '../../../simulation/dispatch-growth.ts'

test('a round of dispatch costs the same with 2,000 waiting as with 100', async () => {
  const [few, many] = [await measureRound(100, 20, 10), await measureRound(2_000, 20, 10)]
  expect([few.runTasks, many.runTasks]).toEqual([10, 10])
  // Of 100, an owner has five: one part of the queue holds entries of several owners.
  expect(many.calls).toBeLessThanOrEqual(few.calls + 10)
  expect(many.itemsRead).toBeLessThanOrEqual(few.itemsRead + 150)
  expect(many.readUnits).toBeLessThanOrEqual(few.readUnits + 20)
  expect(many.writeUnits).toBe(few.writeUnits)
  expect(many.calls).toBeLessThan(160)
})

test('a round that can start nothing costs the same however many wait', async () => {
  expect(await measureRound(2_000, 20, 0)).toEqual(await measureRound(100, 20, 0))
})
