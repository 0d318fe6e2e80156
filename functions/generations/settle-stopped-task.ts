import { ring } from '../../shared/aws/doorbell.ts'
import { enqueue, freeSlot, listSlots, type TakenSlot } from '../../shared/aws/queue.ts'
import { readRecord } from '../../shared/aws/records.ts'
import { transition } from '../../shared/aws/variant-store.ts'
import { type GenerationRecord, type Lease, leaseOf } from '../../shared/generation.ts'
import {
  ABORTED_MESSAGE,
  isActive,
  MAX_RETRIES,
  secondsToWait,
  type TaskEnd,
  type Writes,
} from '../../shared/lifecycle.ts'
import type { Log } from '../../shared/log.ts'
import { clockTime, minutesAfter, now } from '../../shared/time.ts'
import { entryOf } from '../../shared/turns.ts'
import type { Resources } from '../resources.ts'

/**
 * Moves a generation whose task has ended to its next state: a requested abort is confirmed; a task that the host ended is resumed
 * and doesn't count as a failure; a failed task is retried, unless it is the third failure in a row. A generation that has moved on
 * stays as it is, so repeated and late reports change nothing. Finally frees the slot, unless the generation continues, and rings.
 */
export async function settleStoppedTask(
  { table, queue }: Resources<'table' | 'queue'>,
  lease: Lease,
  end: TaskEnd,
  log: Log,
): Promise<void> {
  await settleTask({ table }, lease, end, log)
  await ring(queue)
}

/** The same without a ring. @param slots - those that were taken, if known; otherwise they are read */
export async function settleTask(
  { table }: Resources<'table'>,
  lease: Lease,
  end: TaskEnd,
  log: Log,
  slots?: readonly TakenSlot[],
): Promise<void> {
  const record = await readRecord(table, lease.key)
  if (record && isActive(record) && record.generationId === lease.generationId && record.attempt === lease.attempt) {
    const settled = await settle({ table }, record, end)
    log.info('a task ended without a final status', { ...lease, by: end.by, reason: end.reason, settled })
  }
  await freeSlotOf({ table }, lease, slots)
}

async function settle(
  { table }: Resources<'table'>,
  record: GenerationRecord,
  end: TaskEnd,
): Promise<'aborted' | 'resumed' | 'retried' | 'given up' | 'never launched'> {
  const lease = leaseOf(record)
  if (record.abortAskedAt) {
    await transition(table, 'confirmAbort', lease, { errorMessage: ABORTED_MESSAGE })
    return 'aborted'
  }
  if (!record.launchedAt) return 'never launched'
  // ECS only reports that the task was stopped. If the sweeper stopped it for hanging, the record has the reason.
  const { by, reason }: TaskEnd = record.hungReason ? { by: 'itself', reason: record.hungReason } : end
  if (by === 'itself' && record.deaths >= MAX_RETRIES) {
    await transition(table, 'giveUp', lease, { errorMessage: givenUp(record.deaths + 1, reason) })
    return 'given up'
  }
  const waitingReason = `Its task ended: ${withoutStop(reason)}`
  // Keep the entry even if the transition below changes nothing: another report of the same end wrote the same entry, and
  // dispatch drops entries that don't belong.
  await enqueue(table, { ...entryOf(record), atFront: true })
  if (by === 'itself') await transition(table, 'retry', lease, { deaths: record.deaths + 1, waitingReason })
  else await transition(table, 'resume', lease, afterHostEnd(record.hostEnds + 1, waitingReason))
  return by === 'itself' ? 'retried' : 'resumed'
}

function afterHostEnd(hostEnds: number, waitingReason: string): Writes<'resume'> {
  const seconds = secondsToWait(hostEnds)
  if (seconds === 0) return { hostEnds, waitingReason }
  const notBefore = minutesAfter(now(), seconds / 60)
  const pause = `its host has ended ${hostEnds} tasks in a row; resuming at ${clockTime(notBefore)} UTC`
  return { hostEnds, notBefore, waitingReason: `${waitingReason}; ${pause}` }
}

const givenUp = (times: number, reason: string): string =>
  `The task ended ${times} times without a result. The last reason: ${withoutStop(reason)}. Finished pages are kept: generate again to continue from there. If it fails again, the generation's log shows how far it got.`

const withoutStop = (text: string): string => text.replace(/\.$/, '')

/** Frees the slot unless the generation continues. A late report never frees the slot of a later attempt. */
async function freeSlotOf(
  { table }: Resources<'table'>,
  { key, generationId, attempt }: Lease,
  known?: readonly TakenSlot[],
): Promise<void> {
  const record = await readRecord(table, key)
  if (isActive(record) && record?.generationId === generationId) return
  const taken = known ?? (await listSlots(table))
  const slots = taken.filter((slot) => slot.generationId === generationId && slot.attempt <= attempt)
  for (const slot of slots) await freeSlot(table, slot)
}
