import { expect, test } from 'vitest'
import { startSampleService } from '../support/sample-service.ts'

test('a limit is waited for until the time that the CLI names, which waiting_reason tells', async () => {
  const says = "You've hit your session limit · resets in 25s"
  await using sample = await startSampleService({ slugs: ['one'], plan: { status: 429, says } })
  const { generation_id } = (await sample.api.post('/api/generate', { repo_path: sample.repository })).json
  const waiting = await sample.api.until(generation_id, { waiting_reason: /resuming at/ })
  expect(waiting.waiting_reason).toMatch(
    /^claude is at its rate limit, which resets in 25s; resuming at (\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d UTC$/,
  )
  await sample.cli.rewrite({ slugs: ['one'] })
  expect(await sample.api.settled(generation_id)).toMatchObject({ status: 'ready', waiting_reason: null, attempt: 1 })
  const [first, second] = await sample.cli.calls()
  // Without the named time it would be asked again after 18 seconds at most.
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(25_000)
})

test('a limit that lasts longer than the generation may run ends it at once, with the time in the message', async () => {
  const tomorrow = `${new Date(Date.now() + 86_400_000).toISOString().slice(0, 19)}Z`
  const says = `You've hit your weekly limit · resets at ${tomorrow}`
  await using sample = await startSampleService({ slugs: ['one', 'two'], otherPages: { status: 429, says } })
  const { generation_id } = (await sample.api.post('/api/generate', { repo_path: sample.repository })).json
  const ended = await sample.api.settled(generation_id)
  expect(ended).toMatchObject({ status: 'error', waiting_reason: null })
  expect(ended.error_message).toContain(
    `claude's rate limit lasts until ${tomorrow.replace('T', ' ').replace('Z', ' UTC')}, longer than this generation may run. Try again then`,
  )
})
