import { measureRound } from '../simulation/dispatch-growth.ts'

/** `node test/bench/dispatch-growth.ts` prints what a round of dispatch costs that starts ten tasks, by the length of the queue. */
const lines = [
  ...[100, 10_000, 100_000].map((waiting) => [waiting, 20] as const),
  ...[100, 10_000, 100_000].map((waiting) => [waiting, Math.ceil(waiting / 100)] as const),
]
console.log('| waiting | owners | tasks started | calls | items read | read units | write units |')
console.log('|---|---|---|---|---|---|---|')
for (const [waiting, owners] of lines) {
  const { runTasks, calls, itemsRead, readUnits, writeUnits } = await measureRound(waiting, owners, 10)
  console.log(
    `| ${[waiting, owners, runTasks, calls, itemsRead, readUnits, writeUnits].map((value) => value.toLocaleString('en')).join(' | ')} |`,
  )
}
