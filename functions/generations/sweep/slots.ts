import { enqueue, freeSlot, type TakenSlot } from '../../../shared/aws/queue.ts'
import { readRecord } from '../../../shared/aws/records.ts'
import { stopTask } from '../../../shared/aws/runner-tasks.ts'
import { formatLease, type GenerationRecord } from '../../../shared/generation.ts'
import { isActive, isHeldBack } from '../../../shared/lifecycle.ts'
import { millisecondsSince } from '../../../shared/time.ts'
import { entryOf } from '../../../shared/turns.ts'
import { forgetOthers } from './memory.ts'
import { sweepQueued } from './records.ts'
import { batches, GRACE_MS, handleEach, type SweepRun } from './run.ts'
import { lookUp, sweepTasks } from './tasks.ts'

/** Handles every slot that is taken, and the task that holds it, by slot number: the first is the one after the last sweep's last. */
export async function sweepSlots(run: SweepRun): Promise<void> {
  const slots = await run.slots()
  forgetOthers(run.memory, slots)
  const { slots: last = -1 } = run.places
  const inTurn = [...slots.filter(({ number }) => number > last), ...slots.filter(({ number }) => number <= last)]
  for (const batch of batches(inTurn)) {
    if (run.isOver()) return
    run.places.slots = batch.at(-1)?.number
    await sweepBatch(run, batch).catch((error) => run.log.error('slots could not be swept', { error }))
  }
  run.places.slots = undefined
}

async function sweepBatch(run: SweepRun, slots: readonly TakenSlot[]): Promise<void> {
  const working: GenerationRecord[] = []
  const abandoned: TakenSlot[] = []
  await handleEach(run, 'a slot could not be swept', slots, async (slot) => {
    const record = await readRecord(run.resources.table, slot.key)
    if (!record || !isActive(record) || record.generationId !== slot.generationId) {
      if (millisecondsSince(slot.takenAt) >= GRACE_MS) abandoned.push(slot)
    } else if (record.launchedAt) working.push(record)
    else await sweepHolder(run, slot, record)
  })
  const both = [sweepTasks(run, working), sweepAbandoned(run, abandoned)]
  for (const result of await Promise.allSettled(both)) if (result.status === 'rejected') throw result.reason
}

/** Dispatch finds a generation that waits with a slot only at the front of the queue. Its entry there is written again if in doubt. */
async function sweepHolder(run: SweepRun, slot: TakenSlot, record: GenerationRecord): Promise<void> {
  if (record.abortAskedAt || isHeldBack(record) || millisecondsSince(slot.takenAt) < GRACE_MS)
    return await sweepQueued(run, record)
  await enqueue(run.resources.table, { ...entryOf(record), atFront: true })
  run.woken = true
}

/**
 * A slot outlives its generation only until its task has stopped. If that report was lost, this frees the slot. If the task still
 * runs although its generation is over, this stops it, because nothing else would.
 */
async function sweepAbandoned(run: SweepRun, slots: readonly TakenSlot[]): Promise<void> {
  const { table, cluster } = run.resources
  const { tasks, failed } = await lookUp(run, slots)
  const known = slots.filter((slot) => !failed.has(formatLease(slot)))
  await handleEach(run, 'a slot could not be swept', known, async (slot) => {
    const task = tasks.get(formatLease(slot))
    if (!task || task.state.exited) {
      run.log.warn('freeing a slot without a task', { ...slot })
      await freeSlot(table, slot)
      run.woken = true
      return
    }
    run.log.warn('stopping a task whose generation is over', { ...slot, taskArn: task.taskArn })
    await stopTask(cluster, task.taskArn, 'The generation is over')
  })
}
