import { expect, test } from 'vitest'
import { apiOf } from '../support/api.ts'
import { startGateways } from '../support/gateways.ts'

test('of 20 simultaneous requests through 4 gateways one gets 202 and 19 get 409, and another owner gets 202', async () => {
  await using gateways = await startGateways(4)
  const apis = gateways.urls.map((url) => apiOf({ url, adminKey: gateways.adminKey }))
  const { api_key } = (await apis[0]?.post('/api/admin/users', { username: 'another' }))?.json ?? {}
  const request = { repo_url: 'https://github.com/group/name', ai_model: 'm' }
  const replies = await Promise.all(
    Array.from({ length: 20 }, (_, index) => apis[index % 4]?.post('/api/generate', request)),
  )
  const statuses = replies.map((reply) => reply?.status).toSorted()
  expect(statuses).toEqual([202, ...Array.from({ length: 19 }, () => 409)])
  const refused = replies.find((reply) => reply?.status === 409)
  expect(refused?.json).toEqual({ detail: "Variant 'name/claude/m' is already being generated" })
  const accepted = replies.find((reply) => reply?.status === 202)?.json
  expect((await apis[1]?.get(`/api/projects/by-id/${accepted.generation_id}`))?.json).toMatchObject({
    generation_id: accepted.generation_id,
    status: 'generating',
    queue_position: 1,
  })
  const another = apiOf({ url: gateways.urls[2] ?? '', adminKey: api_key })
  expect((await another.post('/api/generate', request)).status).toBe(202)
  expect((await another.get('/api/status')).json.projects).toHaveLength(1)
})
