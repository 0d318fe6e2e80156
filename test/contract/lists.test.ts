import { afterAll, beforeAll, expect, test } from 'vitest'
import { occupySlot, openTarget, type Target } from './target.ts'

let target: Target
beforeAll(async () => {
  target = await openTarget({ MAX_ACTIVE_TASKS: '1' })
})
afterAll(async () => await target?.[Symbol.asyncDispose]())

const repo_url = 'https://github.com/octocat/Hello-World'

test('an empty list has every key and a total of 0', async () => {
  const user = await target.user()
  for (const path of ['/api/status', '/api/projects', '/api/projects/']) {
    const { status, json } = await user.get(path)
    expect(status).toBe(200)
    expect(json).toEqual({ projects: [], known_models: {}, known_branches: {}, total_cost_usd: 0 })
    expect(await user.head(path)).toMatchObject({ status: 200, text: '' })
  }
  expect((await user.get('/api/cost')).json).toEqual({ total_cost_usd: 0 })
  expect((await target.anonymous.get('/api/status')).status).toBe(401)
})

test('a list is sorted by newest change and has no plans, with or without paging', async () => {
  const user = await target.user()
  // While no other generation can start, none changes by itself.
  const freeSlot = await occupySlot(target)
  for (const ai_model of ['a', 'b', 'c', 'd', 'e']) await user.post('/api/generate', { repo_url, ai_model })
  await user.post('/api/projects/Hello-World/claude/b/abort')
  const models = (json: { projects: { ai_model: string }[] }) => json.projects.map(({ ai_model }) => ai_model)
  const all = await user.get('/api/status')
  expect(models(all.json)).toEqual(['b', 'e', 'd', 'c', 'a'])
  expect(all.json.next_cursor).toBeUndefined()
  expect(all.json.projects.map((variant: object) => 'plan_json' in variant)).toEqual([false, true, true, true, true])
  const waiting = all.json.projects.map((variant: { queue_position: number | null }) => variant.queue_position)
  expect(waiting.filter(Boolean).toSorted()).toEqual([...waiting.filter(Boolean).keys()].map((index) => index + 1))
  const pages = []
  let query = '?limit=2'
  for (let cursor: string | undefined; ; ) {
    const { json } = await user.get(`/api/projects${query}`)
    pages.push(models(json))
    cursor = json.next_cursor
    if (!cursor) break
    query = `?limit=2&cursor=${cursor}`
  }
  expect(pages).toEqual([['b', 'e'], ['d', 'c'], ['a']])
  const detail = (await user.get('/api/projects/Hello-World')).json
  expect(detail.variants).toHaveLength(5)
  expect(detail.variants.every((variant: object) => 'plan_json' in variant)).toBe(true)
  for (const bad of ['limit=0', 'limit=1001', 'limit=x', 'limit=1.5', 'limit=', 'cursor=x', 'cursor=', 'cursor=W10']) {
    const refused = await user.get(`/api/status?${bad}`)
    expect(refused.status, bad).toBe(422)
    expect(refused.json.detail[0].loc).toEqual(['query', bad.split('=')[0]])
  }
  for (const ai_model of ['a', 'c', 'd', 'e']) await user.post(`/api/projects/Hello-World/claude/${ai_model}/abort`)
  await freeSlot()
})

test('a list gets 304 while nothing changes and 200 after any change, including a deletion', async () => {
  const user = await target.user()
  const poll = async (tag: string, query = '') =>
    (await user.get(`/api/status${query}`, { headers: { 'If-None-Match': tag } })).status
  const tagNow = async (query = '') => String((await user.get(`/api/status${query}`)).headers.etag)
  const empty = await tagNow()
  expect(await poll(empty)).toBe(304)
  await user.post('/api/generate', { repo_url, ai_model: 'a', branch: 'dev' })
  expect(await poll(empty)).toBe(200)
  await user.post('/api/projects/Hello-World/dev/claude/a/abort')
  const aborted = await tagNow()
  expect(aborted).not.toBe(empty)
  for (const form of [aborted, `W/${aborted}`, `"x", ${aborted}`, '*']) expect(await poll(form), form).toBe(304)
  expect(await poll(await tagNow('?limit=1'), '?limit=1')).toBe(304)
  expect(await poll(aborted, '?limit=1')).toBe(200)
  const head = await user.head('/api/status', { headers: { 'If-None-Match': aborted } })
  expect(head).toMatchObject({ status: 304, text: '' })
  await user.delete('/api/projects/Hello-World/dev/claude/a')
  expect(await poll(aborted)).toBe(200)
  const deleted = await tagNow()
  expect(await poll(deleted)).toBe(304)
  // The list is the same as before.
  expect(await poll(empty)).toBe(304)
})

test('users see and total their own variants, admins all of them', async () => {
  const [one, two] = await Promise.all([target.user('admin'), target.user()])
  const accepted = await one.post('/api/generate', { ...target.source, ai_model: 'summed/model' })
  const ready = await one.settled(accepted.json.generation_id)
  expect(ready.status).toBe('ready')
  expect((await two.get('/api/status')).json.projects).toEqual([])
  const { json } = await target.admin.get('/api/status')
  expect(json.projects.some(({ owner }: { owner: string }) => owner === one.username)).toBe(true)
  expect(json.known_models.claude).toContain('summed/model')
  expect(json.known_branches[target.project]).toContain('main')
  expect(json.total_cost_usd).toBeGreaterThanOrEqual(ready.total_cost_usd)
  expect((await target.admin.get('/api/cost')).json.total_cost_usd).toBe(json.total_cost_usd)
  expect((await two.get('/api/cost')).json.total_cost_usd).toBe(0)
  expect(json).not.toHaveProperty('available_models')
})
