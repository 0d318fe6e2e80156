import pLimit from 'p-limit'
import { within } from '../../../shared/aws/deadline.ts'
import type { TakenSlot } from '../../../shared/aws/queue.ts'
import type { SweepPlaces } from '../../../shared/aws/sweep-places.ts'
import type { Log } from '../../../shared/log.ts'
import type { Resources } from '../../resources.ts'
import type { SweepMemory } from './memory.ts'

/** One sweep: what its jobs share. */
export interface SweepRun {
  resources: Resources<'table' | 'bucket' | 'queue' | 'cluster'>
  log: Log
  everySeconds: number
  memory: SweepMemory
  /** Whether time is up: no job begins anything new then. */
  isOver(): boolean
  /** Where each job begins. A job that is cut off leaves its place for the next sweep. */
  places: SweepPlaces
  /** The slots that are taken, read once. */
  slots(): Promise<TakenSlot[]>
  /** The IDs of the generations in the queue, read on first use only; undefined if that failed. */
  queued(): Promise<ReadonlySet<string> | undefined>
  /** Whether this sweep did something that lets a generation start. */
  woken: boolean
}

/** How long a step that is always quick can stay half done before it counts as abandoned. */
export const GRACE_MS = 60_000

/** How many records, slots or cleanups a job handles concurrently. */
const AT_ONCE = 16
/** The longest that one of them may take. */
const LONGEST_MS = 10_000

/** As many as DescribeTasks takes. */
export const BATCH = 100

/** Handles each item, several at a time. An item that fails or takes too long is logged as `what`, and keeps no other from its turn. */
export async function handleEach<Item extends object>(
  { log }: SweepRun,
  what: string,
  items: readonly Item[],
  handle: (item: Item) => Promise<void>,
): Promise<void> {
  await pLimit(AT_ONCE).map(items, async (item) => {
    await within(LONGEST_MS, async () => await handle(item)).catch((error) =>
      log.error(what, { ...factsOf(item), error }),
    )
  })
}

/** What tells the item from others in the log: a record's other fields may be long. */
function factsOf(item: object): Record<string, unknown> {
  const { key, generationId, attempt, prefix, dueAt } = item as Record<string, unknown>
  return { key, generationId, attempt, prefix, dueAt }
}

/** Splits into batches. */
export function* batches<Item>(items: readonly Item[], size = BATCH): Generator<Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size)
}
