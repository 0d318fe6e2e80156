import pLimit from 'p-limit'
import { listFront, listSlots, queueSource, readLineState, type TakenSlot } from '../../shared/aws/queue.ts'
import { readRecord } from '../../shared/aws/records.ts'
import { LimitsEnv, readEnv } from '../../shared/env.ts'
import type { GenerationRecord } from '../../shared/generation.ts'
import { isActive } from '../../shared/lifecycle.ts'
import { type Limits, loadOf, openLine, type QueueEntry, type Slot } from '../../shared/turns.ts'
import type { Resources } from '../resources.ts'
import { viewVariants } from '../variants/view.ts'
import { isWaiting } from '../variants/waiting.ts'

/** Concurrent reads of records. */
const READS_AT_ONCE = 16

/**
 * The generations that have a task, and up to `limit` of those waiting, in the order in which they will start if the running ones end
 * in the order in which they started.
 */
export async function readQueue(resources: Resources<'table' | 'bucket'>, limit: number) {
  const { table } = resources
  const [front, slots, state] = await Promise.all([listFront(table), listSlots(table), readLineState(table)])
  const env = readEnv(LimitsEnv)
  const limits = { maxActive: env.MAX_ACTIVE_TASKS, maxActivePerOwner: env.MAX_ACTIVE_PER_OWNER }
  const line = openLine(queueSource(table), front, state.lastTurn)
  const { entries, more } = await startOrder(line, slots, limits, limit)
  const running = await readAll(resources, slots, (record) => isActive(record) && !isWaiting(record))
  const waiting = await readAll(resources, entries, isWaiting)
  return {
    running: await viewVariants(resources, running, { plans: 'none' }),
    waiting: await viewVariants(resources, waiting, { plans: 'none' }),
    drained: state.drained !== undefined,
    reason: state.drained?.reason ?? null,
    more,
  }
}

/** Plays the starts to come: whenever none is possible, the task that started first ends. */
async function startOrder(
  line: ReturnType<typeof openLine>,
  slots: readonly TakenSlot[],
  limits: Limits,
  limit: number,
): Promise<{ entries: QueueEntry[]; more: boolean }> {
  const running: Slot[] = slots.toSorted((a, b) => (a.takenAt < b.takenAt ? -1 : 1))
  const entries: QueueEntry[] = []
  while (entries.length <= limit) {
    const load = loadOf(running)
    const entry = await line.next(load, limits)
    if (entry) {
      entries.push(entry)
      if (!load.holders.has(entry.generationId)) running.push({ ...entry, number: -1 })
    } else if (!running.shift()) break
  }
  return { entries: entries.slice(0, limit), more: entries.length > limit }
}

/** The records that these still belong to, in the same order. */
async function readAll(
  { table }: Resources<'table'>,
  entries: readonly Pick<QueueEntry, 'key' | 'generationId'>[],
  belongs: (record: GenerationRecord) => boolean,
): Promise<GenerationRecord[]> {
  const found = await pLimit(READS_AT_ONCE).map(entries, async ({ key, generationId }) => {
    const record = await readRecord(table, key)
    return record?.generationId === generationId && belongs(record) ? [record] : []
  })
  return found.flat()
}
