import { expect, test } from 'vitest'
import { interruptAgainAndAgain } from '../support/interrupted-service.ts'

const { SEED = String(Date.now() % 1_000_000) } = process.env

test(`a service that is killed 6 times and restarted 6 times ends every generation well, and pays for nothing twice (SEED=${SEED})`, async () => {
  const after = await interruptAgainAndAgain({ kills: 6, restarts: 6, generations: 4, seed: Number(SEED) })
  for (const ended of after.ended) expect(ended).toMatchObject({ status: 'ready', page_count: 6, error_message: null })
  expect(after.hits).toBeGreaterThan(0)
  expect(after).toMatchObject({ paidTwice: [], processes: [], files: [] })
})
