import { afterEach, expect, test, vi } from 'vitest'
import { listVariants } from '../../functions/variants/list.ts'
import { makeFailed, variantOf } from '../contract/variant-makers.ts'
import { costsAt } from './grown-service.ts'
import { openMeteredStores } from './metered-stores.ts'

afterEach(() => {
  vi.useRealTimers()
})

const pass = (minutes: number) => vi.setSystemTime(Date.now() + minutes * 60_000)

/** Where the newest variants happen to be spread unevenly over the shards, some shards are asked for a second page of keys. */
const SECOND_PAGES = 4

test('no request costs more calls or units among 2,000 variants than among 100', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const [few, many] = [await costsAt(100, pass), await costsAt(2_000, pass)]
  expect([...many.keys()]).toEqual([...few.keys()])
  const grown = [...many].filter(([name, cost]) => {
    const before = few.get(name)
    const more = before && name === 'GET /api/status?limit=50, admin' ? SECOND_PAGES : 0
    return (
      !before || cost.calls > before.calls + more || cost.reads > before.reads + more || cost.writes > before.writes
    )
  })
  expect(grown).toEqual([])
})

test('a poll that finds nothing new reads the changes, the costs, the grants and what is generating, but no page', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const costs = await costsAt(100, pass)
  const readsOf = (who: string) => costs.get(`GET /api/status, ${who}, unchanged`)?.reads
  // Two variants of ann's are generating. One of them waits, which takes three reads of the queue to describe. Changes and costs of
  // everybody are in eight parts.
  const generating = 0.5 + 2 + 3
  expect({ admin: readsOf('admin'), ann: readsOf('ann'), bob: readsOf('bob') }).toEqual({
    admin: 8 + 8 + generating,
    ann: 1 + 1 + 1 + generating,
    // His own changes and ann's; and she may be generating what he can read.
    bob: 2 + 1 + 1 + 0.5 + 0.5 + 2,
  })
})

test('a list reads every variant that has just changed once, however many these are', async () => {
  const stores = openMeteredStores()
  const changed = 400
  await makeFailed(
    stores.table,
    Array.from({ length: changed }, (_, index) => variantOf('ann', `m${index}`)),
  )
  const admin = { username: 'admin', role: 'admin' } as const
  const { reads } = await stores.costOf(() => listVariants(stores, admin, { limit: 10 }))
  expect(reads).toBeGreaterThan(changed)
  // Besides, the changes and the index's entries, which are small.
  expect(reads).toBeLessThan(2 * changed)
})

test('a report of a runner writes its record and no index', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const costs = await costsAt(100, pass)
  // A record of up to 2 KB.
  const write = { calls: 1, reads: 0, writes: 2 }
  expect([costs.get("a runner's heartbeat"), costs.get("a runner's page")]).toEqual([write, write])
})
