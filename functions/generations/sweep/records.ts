import { ACTIVE, type IndexedRecord } from '../../../shared/aws/active-records.ts'
import { enqueue } from '../../../shared/aws/queue.ts'
import { readRecord } from '../../../shared/aws/records.ts'
import { transition } from '../../../shared/aws/variant-store.ts'
import { type GenerationRecord, leaseOf } from '../../../shared/generation.ts'
import { ABORTED_MESSAGE, isActive } from '../../../shared/lifecycle.ts'
import { millisecondsSince } from '../../../shared/time.ts'
import { entryOf } from '../../../shared/turns.ts'
import { inBatches } from './in-batches.ts'
import { GRACE_MS, handleEach, type SweepRun } from './run.ts'
import { sweepTasks } from './tasks.ts'

/**
 * Handles the active records without a slot. They wait in the queue, and while nothing is wrong the index and the queue say so: then
 * they are neither read nor written.
 */
export async function sweepRecords(run: SweepRun): Promise<void> {
  const slots = await run.slots().catch(() => [])
  const held = new Set(slots.map(({ generationId }) => generationId))
  await inBatches(run, ACTIVE, async (batch) => {
    const suspects: IndexedRecord[] = []
    for (const each of batch) if (!held.has(each.generationId) && (await isSuspect(run, each))) suspects.push(each)
    const launched: GenerationRecord[] = []
    await handleEach(run, 'a record could not be swept', suspects, async ({ key }) => {
      const record = await readRecord(run.resources.table, key)
      if (record?.launchedAt && isActive(record)) launched.push(record)
      else if (record && isActive(record)) await sweepQueued(run, record)
    })
    await sweepTasks(run, launched)
  })
}

/** Whether the record may need something, as far as the lagging index tells. */
const isSuspect = async (run: SweepRun, { abortAsked, launched, ...record }: IndexedRecord): Promise<boolean> =>
  abortAsked || launched || (await isLost(run, record))

/** Handles a record without a launch: it was aborted before anything ran, or it may be missing from the queue. */
export async function sweepQueued(run: SweepRun, record: GenerationRecord): Promise<void> {
  const { table } = run.resources
  if (record.abortAskedAt) await transition(table, 'confirmAbort', leaseOf(record), { errorMessage: ABORTED_MESSAGE })
  else if (await isLost(run, record)) {
    await enqueue(table, entryOf(record))
    run.woken = true
  }
}

/** Whether a record that waits is missing from the queue. */
async function isLost(
  run: SweepRun,
  { generationId, queuedAt }: Pick<GenerationRecord, 'generationId' | 'queuedAt'>,
): Promise<boolean> {
  if (millisecondsSince(queuedAt) <= GRACE_MS) return false
  const queued = await run.queued()
  return queued !== undefined && !queued.has(generationId)
}
