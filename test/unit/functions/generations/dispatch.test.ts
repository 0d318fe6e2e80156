import { expect, test } from 'vitest'
import { drain, enqueue, listQueue, listSlots, takeSlot } from '../../../../shared/aws/queue.ts'
import { measureRound, playRound, tableWith } from '../../../simulation/dispatch-growth.ts'

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

test('while an admin has stopped starts, a generation that holds a slot keeps it: an earlier dispatch may be about to use it', async () => {
  const { table } = tableWith(1, 1)
  const [entry] = await listQueue(table)
  if (!entry) throw new Error('Nothing is waiting')
  await enqueue(table, { ...entry, atFront: true })
  await takeSlot(table, { ...entry, attempt: 1 }, new Set(), 1)
  await drain(table, 'maintenance')
  expect(await playRound(table, 1)).toBe(0)
  expect(await listSlots(table)).toMatchObject([{ generationId: entry.generationId }])
})
