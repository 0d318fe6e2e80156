import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import pLimit from 'p-limit'
import type { Failure } from './history.ts'
import type { Played, Portion } from './worker.ts'

/** Histories per worker. Promises of killed processes stay in memory until their worker ends. */
const PORTION = 500

/**
 * Plays `count` histories from seed `first` on all cores.
 *
 * @param onProgress - called with the number of histories done so far, and the failures among the last of them
 */
export async function playMany(
  first: number,
  count: number,
  onProgress = (_done: number, _failures: readonly Failure[]) => {},
): Promise<Played> {
  const limit = pLimit(availableParallelism())
  const portions: Portion[] = []
  for (let start = first; start < first + count; start += PORTION)
    portions.push({ first: start, count: Math.min(PORTION, first + count - start) })
  let done = 0
  const played = await limit.map(portions, async (portion) => {
    const result = await play(portion)
    done += portion.count
    onProgress(done, result.failures)
    return result
  })
  const cells = new Map<string, number>()
  for (const [cell, hits] of played.flatMap((each) => [...each.cells])) cells.set(cell, (cells.get(cell) ?? 0) + hits)
  return { cells, failures: played.flatMap(({ failures }) => failures) }
}

async function play(portion: Portion): Promise<Played> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: portion })
  try {
    const [played] = await Promise.race([once(worker, 'message'), once(worker, 'exit').then(failed)])
    return played
  } finally {
    await worker.terminate()
  }
}

const failed = (): never => {
  throw new Error('A simulation worker exited early')
}
