import { playHistory } from './history.ts'
import { checkLifecycleTable } from './lifecycle-table.ts'

/** Run with a mutant loaded: prints as JSON what noticed it, the lifecycle's own test and the first history that did. */
const [enough, plenty] = process.argv.slice(2).map(Number) as [number, number]
const [table] = await checkLifecycleTable().catch((error) => [String(error)])
const histories = table === undefined ? plenty : enough
let history: string | undefined
for (let seed = 1; seed <= histories && history === undefined; seed++) {
  const failure = await playHistory(seed, () => {})
  if (failure) history = `SEED=${seed}: ${failure.message.split('\n')[0]}`
}
console.log(JSON.stringify({ table, history }))
