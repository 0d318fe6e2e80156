import { mock } from 'node:test'
import { costsAt } from '../simulation/grown-service.ts'

/**
 * `node test/bench/growth.ts [variants …]`: what requests cost in tables of different sizes: calls of the table, read units and write
 * units.
 */
const sizes = process.argv.slice(2).map(Number)
if (sizes.length === 0) sizes.push(100, 2_000, 10_000)

mock.timers.enable({ apis: ['Date'], now: Date.now() })
const columns = []
for (const size of sizes) columns.push(await costsAt(size, (minutes) => mock.timers.tick(minutes * 60_000)))

const headings = sizes.map((size) => size.toLocaleString('en'))
console.log(`| Request | ${headings.join(' | ')} |\n|---|${'---|'.repeat(sizes.length)}`)
for (const request of columns[0]?.keys() ?? []) {
  const cells = columns.map((costs) => {
    const { calls = 0, reads = 0, writes = 0 } = costs.get(request) ?? {}
    return writes > 0 ? `${calls} · ${reads} · ${writes}` : `${calls} · ${reads}`
  })
  console.log(`| ${[request, ...cells].join(' | ')} |`)
}
