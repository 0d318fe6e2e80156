import { playHistory } from './history.ts'
import { checkLifecycleTable } from './lifecycle-table.ts'

/** Run with a mutant loaded: prints as JSON what noticed it, the lifecycle's own test and the first history that did. */
const histories = Number(process.argv[2])
const [table] = await checkLifecycleTable().catch((error) => [String(error)])
let history: string | undefined
for (let seed = 1; seed <= histories && history === undefined; seed++) {
  const failure = await playHistory(seed, () => {})
  if (failure) history = `SEED=${seed}: ${failure.message.split('\n')[0]}`
}
console.log(JSON.stringify({ table, history }))
