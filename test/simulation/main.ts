import { playHistory } from './history.ts'
import { playMany } from './play-many.ts'

/**
 * `node test/simulation/main.ts <histories> [first seed]` plays many histories; `SEED=…` plays one and prints its trace. Prints
 * each violation of an invariant when it is found, and then exits with 1.
 */
const { SEED, CELLS } = process.env
const [histories = 2_000, first = 1] = process.argv.slice(2).map(Number)
const started = performance.now()
if (SEED) {
  const failure = await playHistory(Number(SEED), () => {}, { trace: (line) => console.log(line) })
  if (failure) process.exitCode = 1
} else {
  const { cells, failures } = await playMany(first, histories, (done, failures) => {
    console.error(`${done} of ${histories} histories`)
    for (const { seed, message } of failures) console.log(`SEED=${seed}: ${message}`)
  })
  if (CELLS) for (const [cell, hits] of [...cells].sort()) console.log(hits, cell)
  console.log(`${histories} histories from seed ${first}, ${((performance.now() - started) / 1000).toFixed(0)} s`)
  if (failures.length > 0) process.exitCode = 1
}
