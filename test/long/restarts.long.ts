import { expect, test } from 'vitest'
import { interruptAgainAndAgain } from '../support/interrupted-service.ts'

const { SEED = String(Date.now() % 1_000_000) } = process.env

test(`60 SIGKILLs and 60 orderly restarts of the service over 20 generations: all end ready, nothing is paid for twice, nothing is left (SEED=${SEED})`, async () => {
  const started = performance.now()
  const plan = { kills: 60, restarts: 60, generations: 20, seed: Number(SEED) }
  const after = await interruptAgainAndAgain({ ...plan, note: (text) => console.log(text) })
  const minutes = ((performance.now() - started) / 60_000).toFixed(1)
  const attempts = after.ended.reduce((sum, { attempt }) => sum + attempt, 0)
  console.log(
    `SEED=${SEED}, ${minutes} min: a task was running in ${after.hits} of 120 interruptions; ${attempts} attempts, ${after.calls} calls, ${after.repeated} of them repeated because they were in flight`,
  )
  for (const ended of after.ended) expect(ended).toMatchObject({ status: 'ready', page_count: 6, error_message: null })
  expect(after.ended).toHaveLength(20)
  expect(after).toMatchObject({ paidTwice: [], processes: [], files: [] })
  expect(after.hits).toBeGreaterThan(0)
})
