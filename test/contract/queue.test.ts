import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Gateways, startGateways } from '../support/gateways.ts'
import { type Client, clientsOf, remote } from './target.ts'

/** The API without dispatch: what is accepted waits until the test has seen it. */
let gateways: Gateways
let admin: Client
let users: Awaited<ReturnType<typeof clientsOf>>['user']
beforeAll(async () => {
  if (remote) return
  gateways = await startGateways(2, { MAX_QUEUED_PER_OWNER: '3', MAX_ACTIVE_TASKS: '2', MAX_ACTIVE_PER_OWNER: '1' })
  const clients = await clientsOf(gateways.urls[0] ?? '', gateways.adminKey)
  admin = clients.admin
  users = clients.user
})
afterAll(async () => await gateways?.[Symbol.asyncDispose]())

const repo_url = 'https://github.com/octocat/Hello-World'
/** Requests a generation, of the branch `main` unless another is given. */
const ask = async (client: Client, ai_model: string, branch?: string) =>
  await client.post('/api/generate', { repo_url, ai_model, ...(branch === undefined ? {} : { branch }) })
const abortAll = async (client: Client, ...models: string[]) => {
  for (const model of models) await client.post(`/api/projects/Hello-World/claude/${model}/abort`)
}
const waitingOf = async (client: Client, id: string) => (await client.get(`/api/projects/by-id/${id}`)).json

describe.skipIf(remote)('an owner with MAX_QUEUED_PER_OWNER generations waiting', () => {
  test('gets 429 with Retry-After, after 409, and may ask again when one has left the queue', async () => {
    const user = await users()
    for (const model of ['a', 'b', 'c']) expect((await ask(user, model)).status).toBe(202)
    const refused = await ask(user, 'd')
    expect(refused).toMatchObject({
      status: 429,
      json: { detail: 'You have 3 generations waiting already; at most 3 are allowed.' },
    })
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    expect((await ask(user, 'a')).status).toBe(409)
    expect((await user.get('/api/projects/Hello-World/claude/d')).status).toBe(404)
    const other = await users()
    expect((await ask(other, 'a')).status).toBe(202)
    await abortAll(user, 'b')
    expect((await ask(user, 'd')).status).toBe(202)
    await abortAll(user, 'a', 'c', 'd')
    await abortAll(other, 'a')
  })

  test('never has more of them, however many requests arrive at once', async () => {
    const user = await users()
    const replies = await Promise.all(Array.from({ length: 20 }, (_, index) => ask(user, `m${index}`)))
    const accepted = replies.filter(({ status }) => status === 202).length
    expect(accepted).toBeLessThanOrEqual(3)
    expect(replies.filter(({ status }) => status === 429)).toHaveLength(20 - accepted)
    const { projects } = (await user.get('/api/status')).json
    expect(projects).toHaveLength(accepted)
    await abortAll(user, ...projects.map(({ ai_model }: { ai_model: string }) => ai_model))
  })
})

describe.skipIf(remote)('the queue', () => {
  test('shows the waiting generations in the order in which they will start: owners take turns', async () => {
    const [one, two] = [await users(), await users()]
    for (const model of ['a', 'b', 'c']) await ask(one, model)
    await ask(two, 'd')
    const { status, json } = await admin.get('/api/admin/queue')
    expect(status).toBe(200)
    expect(json).toMatchObject({ running: [], drained: false, reason: null, more: false })
    const models = json.waiting.map(({ ai_model }: { ai_model: string }) => ai_model)
    const turns = one.username < two.username ? ['a', 'd', 'b', 'c'] : ['d', 'a', 'b', 'c']
    expect(models).toEqual(turns)
    const cut = await admin.get('/api/admin/queue?limit=2')
    expect(cut.json.waiting.map(({ ai_model }: { ai_model: string }) => ai_model)).toEqual(turns.slice(0, 2))
    expect(cut.json.more).toBe(true)
    expect((await admin.get('/api/admin/queue?limit=0')).status).toBe(422)
    await abortAll(one, 'a', 'b', 'c')
    await abortAll(two, 'd')
    expect((await admin.get('/api/admin/queue')).json.waiting).toEqual([])
  })

  test('is for admins', async () => {
    const user = await users()
    const refused = { status: 403, json: { detail: 'Admin access required' } }
    expect(await user.get('/api/admin/queue')).toMatchObject(refused)
    expect(await user.post('/api/admin/drain', {})).toMatchObject(refused)
    expect(await user.delete('/api/admin/drain')).toMatchObject(refused)
    await ask(user, 'a')
    expect(await user.post('/api/projects/Hello-World/claude/a/prioritize')).toMatchObject(refused)
    await abortAll(user, 'a')
  })
})

describe.skipIf(remote)('an admin can prioritize', () => {
  test.each([
    ['without its branch', undefined, 'Hello-World/claude/c'],
    ['with its branch', 'feature/x', 'Hello-World/feature/x/claude/c'],
  ])('a waiting generation, named %s, which then starts next', async (_, branch, prioritized) => {
    const user = await users()
    for (const model of ['a', 'b']) await ask(user, model)
    const { json: last } = await ask(user, 'c', branch)
    expect(await waitingOf(user, last.generation_id)).toMatchObject({ queue_position: 3 })
    const path = branch === undefined ? 'Hello-World/claude/c' : `Hello-World/${encodeURIComponent(branch)}/claude/c`
    const reply = await admin.post(`/api/projects/${path}/prioritize?owner=${user.username}`)
    expect(reply).toMatchObject({ status: 200, json: { prioritized } })
    expect(await waitingOf(user, last.generation_id)).toMatchObject({
      queue_position: 1,
      waiting_reason: expect.stringMatching(/administrator moved it to the front/),
    })
    const { waiting } = (await admin.get('/api/admin/queue')).json
    expect(waiting.map(({ ai_model }: { ai_model: string }) => ai_model)).toEqual(['c', 'a', 'b'])
    expect((await admin.post(`/api/projects/${path}/prioritize`)).status).toBe(200)
    await abortAll(user, 'a', 'b')
    await user.post(`/api/projects/${path}/abort`)
    expect((await admin.get('/api/admin/queue')).json.waiting).toEqual([])
  })

  test('and the positions of the others never rise', async () => {
    const user = await users()
    const ids: string[] = []
    for (const model of ['a', 'b', 'c']) ids.push((await ask(user, model)).json.generation_id)
    const positions = async () => await Promise.all(ids.map(async (id) => (await waitingOf(user, id)).queue_position))
    expect(await positions()).toEqual([1, 2, 3])
    await admin.post('/api/projects/Hello-World/claude/b/prioritize')
    expect(await positions()).toEqual([1, 1, 2])
    await abortAll(user, 'a', 'b', 'c')
  })

  test('but only what waits: anything else is 404, and of several owners one must be named', async () => {
    const nothing = { status: 404, json: { detail: 'No waiting generation for this variant' } }
    const model = randomUUID()
    expect(await admin.post(`/api/projects/Hello-World/claude/${model}/prioritize`)).toMatchObject(nothing)
    expect(await admin.post(`/api/projects/Hello-World/main/claude/${model}/prioritize`)).toMatchObject(nothing)
    const [one, two] = [await users(), await users()]
    for (const user of [one, two]) await ask(user, model)
    expect((await admin.post(`/api/projects/Hello-World/claude/${model}/prioritize`)).status).toBe(409)
    const named = await admin.post(`/api/projects/Hello-World/claude/${model}/prioritize?owner=${one.username}`)
    expect(named.status).toBe(200)
    for (const user of [one, two]) await abortAll(user, model)
    const ended = await admin.post(`/api/projects/Hello-World/claude/${model}/prioritize?owner=${one.username}`)
    expect(ended).toMatchObject(nothing)
  })
})

describe.skipIf(remote)('while an admin has paused new starts', () => {
  test('requests are accepted and say why they wait, and the queue says so too', async () => {
    const user = await users()
    const reason = 'Maintenance until 18:00 UTC'
    expect(await admin.post('/api/admin/drain', { reason })).toMatchObject({
      status: 200,
      json: { drained: true, reason },
    })
    const { status, json } = await ask(user, 'a')
    expect(status).toBe(202)
    expect(await waitingOf(user, json.generation_id)).toMatchObject({
      queue_position: 1,
      waiting_reason: `An administrator has paused new starts: ${reason}`,
    })
    expect((await admin.get('/api/admin/queue')).json).toMatchObject({
      drained: true,
      reason,
      waiting: [{ generation_id: json.generation_id }],
    })
    expect((await admin.post('/api/admin/drain')).json).toEqual({ drained: true, reason: null })
    expect((await waitingOf(user, json.generation_id)).waiting_reason).toBe('An administrator has paused new starts')
    for (const _ of [1, 2])
      expect(await admin.delete('/api/admin/drain')).toMatchObject({
        status: 200,
        json: { drained: false, reason: null },
      })
    expect((await waitingOf(user, json.generation_id)).waiting_reason).toBe('It starts when its turn comes')
    await abortAll(user, 'a')
  })
})
