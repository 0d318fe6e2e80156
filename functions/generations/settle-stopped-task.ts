import { ring } from '../../shared/aws/doorbell.ts'
import { enqueue, freeSlot, listSlots } from '../../shared/aws/queue.ts'
import { readRecord, transition } from '../../shared/aws/variant-store.ts'
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
import type { Resources } from '../resources.ts'

/**
 * Brings a generation whose task has ended to its next state: an abort that was asked for is confirmed; what the host took away is
 * resumed, and counts nothing; a failure is tried again, unless it is the third in a row. A generation that has moved on is left as
 * it is, so a repeated or late report changes nothing. Then the slot goes to whoever waits, unless the generation itself goes on.
 */
export async function settleStoppedTask(
  { table, queue }: Resources<'table' | 'queue'>,
  lease: Lease,
  end: TaskEnd,
  log: Log,
): Promise<void> {
  const record = await readRecord(table, lease.key)
  if (record && isActive(record) && record.generationId === lease.generationId && record.attempt === lease.attempt) {
    const settled = await settle({ table }, record, end)
    log.info('a task ended without a final status', { ...lease, by: end.by, reason: end.reason, settled })
  }
  await freeSlotOf({ table }, lease)
  await ring(queue)
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
  // ECS says that it was told to stop; why, the sweeper has noted before.
  const { by, reason }: TaskEnd = record.hungReason ? { by: 'itself', reason: record.hungReason } : end
  if (by === 'itself' && record.deaths >= MAX_RETRIES) {
    await transition(table, 'giveUp', lease, { errorMessage: givenUp(record.deaths + 1, reason) })
    return 'given up'
  }
  const { owner, key, generationId, queuedAt } = record
  const waitingReason = `Its task ended: ${withoutStop(reason)}`
  // The note stays, also when this changes nothing: it is the same one that another report of the same end has written, and
  // dispatch drops what does not wait.
  await enqueue(table, { owner, key, generationId, queuedAt })
  if (by === 'itself') await transition(table, 'retry', lease, { deaths: record.deaths + 1, waitingReason })
  else await transition(table, 'resume', lease, afterHostEnd(record.hostEnds + 1, waitingReason))
  return by === 'itself' ? 'retried' : 'resumed'
}

function afterHostEnd(hostEnds: number, waitingReason: string): Writes<'resume'> {
  const seconds = secondsToWait(hostEnds)
  if (seconds === 0) return { hostEnds, waitingReason }
  const notBefore = minutesAfter(now(), seconds / 60)
  const pause = `its host has ended ${hostEnds} tasks in a row; going on at ${clockTime(notBefore)} UTC`
  return { hostEnds, notBefore, waitingReason: `${waitingReason}; ${pause}` }
}

const givenUp = (times: number, reason: string): string =>
  `The task ended ${times} times without a result. The last time: ${withoutStop(reason)}. What is finished is kept: ask again to go on from there. If it ends like this again, the generation's log says how far it got.`

const withoutStop = (text: string): string => text.replace(/\.$/, '')

/** A generation that goes on keeps its slot, and so does the task of a later attempt, also when the report of a former one comes late. */
async function freeSlotOf({ table }: Resources<'table'>, { key, generationId, attempt }: Lease): Promise<void> {
  const record = await readRecord(table, key)
  if (isActive(record) && record?.generationId === generationId) return
  const slots = (await listSlots(table)).filter((slot) => slot.generationId === generationId && slot.attempt <= attempt)
  for (const slot of slots) await freeSlot(table, slot)
}
