import { ring } from '../shared/aws/doorbell.ts'
import { move, readRecord } from '../shared/aws/variant-store.ts'
import { enterWaiting, freeSlot, listSlots } from '../shared/aws/waiting-room.ts'
import { type GenerationRecord, type Lease, leaseOf } from '../shared/generation.ts'
import { ABORTED_MESSAGE, isActive, MAX_DEATHS } from '../shared/lifecycle.ts'
import type { Log } from '../shared/log.ts'
import type { Doors } from './doors.ts'

/**
 * Brings a generation whose task has ended to its next state: an abort that was asked for is confirmed, a death is resumed
 * or, the third time, becomes an honest error. A generation that has moved on is left as it is, so a repeated or
 * late report changes nothing. Then the slot goes to whoever waits, unless the generation itself goes on.
 */
export async function settleStoppedTask(
  { table, queue }: Pick<Doors, 'table' | 'queue'>,
  lease: Lease,
  reason: string,
  log: Log,
): Promise<void> {
  const record = await readRecord(table, lease.key)
  if (record && isActive(record) && record.generationId === lease.generationId && record.attempt === lease.attempt) {
    const settled = await settle({ table }, record, reason)
    log.info('a task ended without a final status', { ...lease, reason, settled })
  }
  await freeSlotOf({ table }, lease)
  await ring(queue)
}

async function settle(
  { table }: Pick<Doors, 'table'>,
  record: GenerationRecord,
  reason: string,
): Promise<'aborted' | 'resumed' | 'failed' | 'never launched'> {
  const lease = leaseOf(record)
  if (record.abortAskedAt) {
    await move(table, 'confirmAbort', lease, { errorMessage: ABORTED_MESSAGE })
    return 'aborted'
  }
  if (!record.launchedAt) return 'never launched'
  if (record.deaths >= MAX_DEATHS) {
    await move(table, 'fail', lease, {
      errorMessage: `The task ended ${record.deaths + 1} times without a result. The last time: ${reason}`,
    })
    return 'failed'
  }
  const { owner, key, generationId, queuedAt } = record
  // The note stays, also when this moves nothing: it is the same one that another report of the same end has written, and
  // dispatch drops what does not wait.
  await enterWaiting(table, { owner, key, generationId, queuedAt })
  await move(table, 'resume', lease, { deaths: record.deaths + 1, waitingReason: `Its task ended: ${reason}` })
  return 'resumed'
}

/** A generation that goes on keeps its slot, and so does the task of a later attempt, also when the report of a former one comes late. */
async function freeSlotOf({ table }: Pick<Doors, 'table'>, { key, generationId, attempt }: Lease): Promise<void> {
  const record = await readRecord(table, key)
  if (isActive(record) && record?.generationId === generationId) return
  const slots = (await listSlots(table)).filter((slot) => slot.generationId === generationId && slot.attempt <= attempt)
  for (const slot of slots) await freeSlot(table, slot)
}
