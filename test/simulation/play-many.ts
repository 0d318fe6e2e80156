import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Played, Portion } from './worker.ts'

/** Plays the histories of `count` seeds from `first` on, on all cores. */
export async function playMany(first: number, count: number): Promise<Played> {
  const workers = Math.min(availableParallelism(), count)
  const portions = Array.from({ length: workers }, (_, index) => ({ first: first + index, count: count - index }))
  const played = await Promise.all(portions.map(async (portion) => await play({ ...portion, step: workers })))
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
  throw new Error('A worker of the simulation ended early')
}
