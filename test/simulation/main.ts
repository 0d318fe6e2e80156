import { playHistory } from './history.ts'

/** `node test/simulation/main.ts [histories] [first seed]`: exits with 1 at the first violation, with its trace. */
const [histories = 200, first = 1] = process.argv.slice(2).map(Number)
const started = performance.now()
const cells = new Map<string, number>()
const failures = new Map<string, number[]>()
for (let seed = first; seed < first + histories; seed++) {
  const failure = await playHistory(seed, (group, cell) => {
    const id = `${group} | ${cell}`
    cells.set(id, (cells.get(id) ?? 0) + 1)
  })
  if (!failure) continue
  if (histories === 1) console.log(failure.trace.join('\n'))
  const kind = failure.message.replace(/[0-9a-f]{8,}[-0-9a-f]*|#\d+|commit-\d+/g, '…').slice(0, 300)
  failures.set(kind, [...(failures.get(kind) ?? []), seed])
}
if (process.env.CELLS) for (const [cell, hits] of [...cells].sort()) console.log(hits, cell)
for (const [kind, seeds] of failures) console.log(seeds.length, kind, seeds.slice(0, 5))
console.log(`${histories} histories in ${((performance.now() - started) / 1000).toFixed(1)} s`)
