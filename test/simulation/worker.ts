import { parentPort, workerData } from 'node:worker_threads'
import { type Failure, playHistory } from './history.ts'

export interface Portion {
  first: number
  count: number
}

/** How often each cell of the matrix was hit, and the histories that violated an invariant. */
export interface Played {
  cells: Map<string, number>
  failures: Failure[]
}

const { first, count } = workerData as Portion
const played: Played = { cells: new Map(), failures: [] }
for (let seed = first; seed < first + count; seed++) {
  const failure = await playHistory(seed, (group, cell) => {
    const id = `${group} | ${cell}`
    played.cells.set(id, (played.cells.get(id) ?? 0) + 1)
  })
  if (failure) played.failures.push(failure)
  // The first few are enough.
  if (played.failures.length >= 10) break
}
parentPort?.postMessage(played)
