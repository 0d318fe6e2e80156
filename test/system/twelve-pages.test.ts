import { expect, test } from 'vitest'
import { startSampleService } from '../support/sample-service.ts'
import type { Action } from '../support/scripted-cli.ts'
import { runnerOf } from '../support/tasks.ts'

const slugs = Array.from({ length: 12 }, (_, index) => `page-${index + 1}`)

test('if one of twelve pages fails for good, it is named, eleven are kept, and the next request makes only that one', async () => {
  await using sample = await startSampleService({ slugs, pages: { 'page-5': 'fail' } })
  const request = { repo_path: sample.repository, ai_model: 'm' }
  const first = await sample.api.settled((await sample.api.post('/api/generate', request)).json.generation_id)
  expect(first).toMatchObject({ status: 'error', failed_pages: ['page-5'], page_count: 11 })
  expect(first.error_message).toBe(
    "1 of 12 pages could not be written ('About page-5'): claude failed: the model is on fire. Try again to generate only those.",
  )
  await sample.cli.rewrite({ slugs })
  const before = (await sample.cli.calls()).length
  const second = await sample.api.settled((await sample.api.post('/api/generate', request)).json.generation_id)
  expect(second).toMatchObject({ status: 'ready', page_count: 12, error_message: null })
  expect((await sample.cli.calls()).slice(before).map(({ what }) => what)).toEqual(['page-5'])
})

test('after a kill at page 7 of 12 only the other five are asked for', async () => {
  const held: Record<string, Action> = Object.fromEntries(slugs.slice(7).map((slug) => [slug, 'wait-for-go']))
  const env = { MAX_COST_USD: '100', MAX_CALL_COST_USD: '4' }
  await using sample = await startSampleService({ slugs, pages: held }, env)
  const { generation_id } = (await sample.api.post('/api/generate', { repo_path: sample.repository })).json
  await sample.api.until(generation_id, { page_count: 7 })
  // The plan, the seven, and the five that are waiting.
  await sample.cli.untilCalls('thirteen calls', ({ length }) => length === 13)
  process.kill(await runnerOf(sample.service.dataDir, generation_id), 'SIGKILL')
  await sample.api.until(generation_id, { attempt: 2 })
  await sample.cli.go()
  expect(await sample.api.settled(generation_id)).toMatchObject({ status: 'ready', page_count: 12, attempt: 2 })
  const calls = (await sample.cli.calls()).map(({ what }) => what)
  for (const slug of ['plan', ...slugs.slice(0, 7)]) expect(calls.filter((what) => what === slug)).toHaveLength(1)
  for (const slug of slugs.slice(7)) expect(calls.filter((what) => what === slug)).toHaveLength(2)
})

test('the cost limit holds across attempts: what a killed attempt had reserved stays reserved', async () => {
  const held: Record<string, Action> = Object.fromEntries(slugs.map((slug) => [slug, 'wait-for-go']))
  const env = { MAX_COST_USD: '10', MAX_CALL_COST_USD: '2' }
  await using sample = await startSampleService({ slugs, pages: held }, env)
  const { generation_id } = (await sample.api.post('/api/generate', { repo_path: sample.repository })).json
  // The plan has cost a quarter; of 9.75 four calls set aside 2 each, and no fifth may begin.
  await sample.cli.untilCalls('five calls', ({ length }) => length === 5)
  process.kill(await runnerOf(sample.service.dataDir, generation_id), 'SIGKILL')
  await sample.api.until(generation_id, { attempt: 2 })
  await sample.cli.go()
  const ended = await sample.api.settled(generation_id)
  // 1.75 were left, for calls of a quarter, one after the other.
  expect(ended).toMatchObject({ status: 'error', total_cost_usd: 2, attempt: 2 })
  expect(ended.failed_pages).toHaveLength(5)
  expect(ended.error_message).toContain(
    'MAX_COST_USD (10.00 USD) is used up: 2.00 USD spent, and 8.00 USD reserved for calls of unknown cost. Finished pages are kept. Raise MAX_COST_USD and try again',
  )
})
