import { playHistory } from './history.ts'
import { checkLifecycleTable } from './lifecycle-table.ts'

/** Runs with a mutant loaded, and prints as JSON what caught it: the lifecycle table's test and the first history. */
const [enough, plenty] = process.argv.slice(2).map(Number) as [number, number]
const [table] = await checkLifecycleTable().catch((error) => [String(error)])
const histories = table === undefined ? plenty : enough
let history: string | undefined
for (let seed = 1; seed <= histories && history === undefined; seed++) {
  const failure = await playHistory(seed, () => {})
  if (failure) history = `SEED=${seed}: ${failure.message.split('\n')[0]}`
}
console.log(JSON.stringify({ table, history }))
