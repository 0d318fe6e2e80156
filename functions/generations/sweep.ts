import { isDeepStrictEqual } from 'node:util'
import { within } from '../../shared/aws/deadline.ts'
import { ring } from '../../shared/aws/doorbell.ts'
import { isAnyWaiting, listQueue, listSlots } from '../../shared/aws/queue.ts'
import { NOWHERE, readPlaces, type SweepPlaces, writePlaces } from '../../shared/aws/sweep-places.ts'
import type { Log } from '../../shared/log.ts'
import type { Resources } from '../resources.ts'
import { doCleanups } from './sweep/cleanups.ts'
import { bookCosts } from './sweep/costs.ts'
import { checkKnownValues } from './sweep/known.ts'
import type { SweepMemory } from './sweep/memory.ts'
import { sweepRecords } from './sweep/records.ts'
import type { SweepRun } from './sweep/run.ts'
import { sweepSlots } from './sweep/slots.ts'

export interface SweepOptions {
  /** Seconds between sweeps. */
  everySeconds: number
  /** Milliseconds until the process is stopped. */
  leftMs(): number
  /** What this process remembers. */
  memory: SweepMemory
}

/** When this much time is left, nothing new begins … */
const ENDING_MS = 12_000
/** … and when only this much is left, calls in flight are given up, so that the sweep can still note how far it got. */
const LAST_MS = 2_000

/**
 * Finishes or undoes everything that was left half done. Its jobs are independent: waking dispatch, slots and their tasks, due
 * cleanups, active records without a slot, costs, known models and branches. Each handles its items separately, and logs those that fail: a later sweep tries
 * again. What there was no time for comes first in the next sweep.
 *
 * @throws AggregateError if a job failed as a whole; the others were done all the same
 */
export async function sweep(
  resources: Resources<'table' | 'bucket' | 'queue' | 'cluster'>,
  log: Log,
  options: SweepOptions,
): Promise<void> {
  const { table, queue } = resources
  const failures: unknown[] = []
  const noteFailure = (error: unknown): undefined => void failures.push(error)
  const attempt = async (work: () => Promise<void>) => await work().catch(noteFailure)
  const before = (await readPlaces(table).catch(noteFailure)) ?? NOWHERE
  const run = begin(resources, log, options, before, noteFailure)
  await attempt(
    async () =>
      await within(options.leftMs() - LAST_MS, async () => {
        const jobs = [ringIfWaiting, sweepSlots, doCleanups, sweepRecords, bookCosts, checkKnownValues]
        await Promise.all(jobs.map((job) => attempt(async () => await job(run))))
      }),
  )
  if (run.woken) await attempt(async () => await ring(queue))
  if (!isDeepStrictEqual(run.places, before)) await attempt(async () => await writePlaces(table, run.places))
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} parts of the sweep failed: ${failures[0]}`)
}

function begin(
  resources: SweepRun['resources'],
  log: Log,
  { everySeconds, leftMs, memory }: SweepOptions,
  places: SweepPlaces,
  onFailure: (error: unknown) => undefined,
): SweepRun {
  const { table } = resources
  return {
    ...{ resources, log, everySeconds, memory },
    places: { ...places },
    woken: false,
    isOver: () => leftMs() < ENDING_MS,
    slots: once(async () => await listSlots(table)),
    queued: once(async () => {
      const entries = await listQueue(table).catch(onFailure)
      return entries && new Set(entries.map(({ generationId }) => generationId))
    }),
  }
}

function once<Result>(read: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | undefined
  return async () => {
    result ??= read()
    return await result
  }
}

/** The doorbell may have been lost. */
async function ringIfWaiting({ resources: { table, queue } }: SweepRun): Promise<void> {
  if (await isAnyWaiting(table)) await ring(queue)
}
