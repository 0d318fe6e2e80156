import { afterAll, beforeAll, expect, test } from 'vitest'
import { send } from '../contract/send.ts'
import { type Api, apiOf } from '../support/api.ts'
import { parentOf } from '../support/processes.ts'
import type { Call, Script } from '../support/scripted-cli.ts'
import { exceptions, runContract } from './contract.ts'
import { type DeployedStack, startDeployedStack } from './deployed-stack.ts'
import { resourcesOf } from './deployment.ts'
import { startLoad } from './load.ts'

const heldAtLastPage = { pages: { two: 'wait-for-go' } } satisfies Partial<Script>

let stack: DeployedStack
let api: Api
beforeAll(async () => {
  stack = await startDeployedStack({
    slugs: ['one', 'two'],
    models: {
      'held-until-killed': heldAtLastPage,
      'held-over-update': heldAtLastPage,
    },
  })
  api = apiOf(stack)
})
afterAll(async () => await stack?.[Symbol.asyncDispose]())

test('the API answers through CloudFront, and refuses whoever calls it directly', async () => {
  expect(await send(stack.url, 'GET', '/health')).toMatchObject({ status: 200, json: { status: 'ok' } })
  const detail = "Requests are accepted only through the service's own address"
  const { pathname } = new URL(stack.direct)
  for (const headers of [{}, { 'x-api-key': 'a-key-that-is-wrong' }]) {
    expect(await send(stack.direct, 'GET', `${pathname}/health`, { headers })).toMatchObject({
      status: 403,
      json: { detail },
    })
  }
})

test('the contract holds, but for what the emulator does differently', async () => {
  const { passed, skipped, failed, output } = await runContract(stack.folder, {
    CONTRACT_URL: stack.url,
    CONTRACT_EDGE: 'on',
    CONTRACT_ADMIN_KEY: stack.adminKey,
    CONTRACT_REPO_URL: stack.repository,
  })
  console.log(`The contract: ${passed} passed, ${skipped} skipped, ${failed.length} failed`)
  expect(failed.toSorted(), output).toEqual(Object.keys(exceptions).toSorted())
})

const request = (ai_model: string) => api.post('/api/generate', { repo_url: stack.repository, ai_model })

/** Starts a generation that waits for its last page. Gives its id and its runner. */
async function heldGeneration(model: string): Promise<{ id: string; runner: number }> {
  const { status, json } = await request(model)
  expect(status).toBe(202)
  const isHeld = (call: Call) => call.model === model && call.what === 'two'
  const calls = await stack.cli.untilCalls(`the last page of ${model}`, (all) => all.some(isHeld))
  return { id: json.generation_id, runner: await parentOf(calls.findLast(isHeld)?.pid ?? 0) }
}

test('a runner that dies is started again by the event that its task has stopped', async () => {
  const { id, runner } = await heldGeneration('held-until-killed')
  process.kill(runner, 'SIGKILL')
  await api.until(id, { attempt: 2 })
  await stack.cli.go('held-until-killed')
  expect(await api.settled(id)).toMatchObject({ status: 'ready', page_count: 2, attempt: 2 })
})

test('an update while requests and generations are in flight loses nothing and refuses nothing', async () => {
  const before = await request('quick')
  await api.settled(before.json.generation_id)
  const held = await heldGeneration('held-over-update')
  const site = '/docs/adder/claude/quick/one.html'
  const load = startLoad(stack, [
    { method: 'GET', path: '/api/status', status: 200 },
    { method: 'GET', path: site, status: 200 },
    { method: 'GET', path: `/api/projects/by-id/${held.id}`, status: 200 },
    {
      method: 'POST',
      path: '/api/generate',
      body: { repo_url: stack.repository, ai_model: 'held-over-update' },
      status: 409,
    },
  ])
  const during = request('during')
  await stack.update({ deletionProtection: 'off', LOG_LEVEL: 'debug', MAX_CONCURRENT_PAGES: '1' })
  expect(await stack.tasks.register()).toBe(2)
  const after = await request('after')
  const { wrong, answers } = await load.end()
  expect(wrong).toEqual([])
  expect(answers).toBeGreaterThan(50)
  await stack.cli.go('held-over-update')
  const ids = [held.id, (await during).json.generation_id, after.json.generation_id]
  for (const id of ids) expect(await api.settled(id)).toMatchObject({ status: 'ready', page_count: 2, attempt: 1 })
})

test('the stack can be taken down as docs/deploy.md says, and nothing of it is left', async () => {
  expect((await resourcesOf(stack.ministack)).size).toBeGreaterThan(200)
  await stack.destroy()
  expect(await resourcesOf(stack.ministack)).toEqual(new Map())
})
