import { afterAll, beforeAll, expect, test } from 'vitest'
import { behindEdge, type Client, openTarget, type Target } from './target.ts'

let target: Target
beforeAll(async () => {
  target = await openTarget({ MAX_ACTIVE_TASKS: '1' })
})
afterAll(async () => await target?.[Symbol.asyncDispose]())

let count = 0
/** Starts generations of a new project for these users and returns its name. */
async function generating(clients: Client[], ...variants: { ai_model: string; branch?: string }[]) {
  const name = `n${Date.now().toString(36)}-${++count}`
  for (const client of clients) {
    for (const variant of variants) {
      const request = { repo_url: `https://github.com/octocat/${name}`, ...variant }
      expect((await client.post('/api/generate', request)).status).toBe(202)
    }
  }
  return name
}

test('a variant can be aborted by its short or long path, and its record then says aborted', async () => {
  const user = await target.user()
  const name = await generating([user], { ai_model: 'a' }, { ai_model: 'b', branch: 'feature/x' })
  const short = await user.post(`/api/projects/${name}/claude/a/abort`)
  expect(short).toMatchObject({ status: 200, json: { aborted: `${name}/claude/a` } })
  const long = await user.post(`/api/projects/${name}/feature%2Fx/claude/b/abort`, 'an ignored body')
  expect(long).toMatchObject({ status: 200, json: { aborted: `${name}/feature/x/claude/b` } })
  const { json } = await user.get(`/api/projects/${name}/claude/a`)
  expect(json).toMatchObject({ status: 'aborted', error_message: 'Generation aborted by user', current_stage: null })
  const again = await user.post(`/api/projects/${name}/claude/a/abort`)
  expect(again).toMatchObject({ status: 404, json: { detail: 'No active generation for this variant' } })
  const request = { repo_url: `https://github.com/octocat/${name}`, ai_model: 'a' }
  expect((await user.post('/api/generate', request)).status).toBe(202)
  expect((await user.post(`/api/projects/${name}/main/claude/a/abort`)).json).toEqual({
    aborted: `${name}/main/claude/a`,
  })
})

// The edge forwards requests one by one, which takes longer than the time within which aborts count as concurrent.
test.skipIf(behindEdge)('twenty concurrent aborts in any form all get 200, and a later one gets 404', async () => {
  const user = await target.user()
  const forms: [Client, form: (name: string) => string][] = [
    [user, (name) => `${name}/claude/a/abort`],
    [user, (name) => `${name}/main/claude/a/abort`],
    [user, (name) => `${name}/abort`],
    [user, (name) => `${name}/claude/a/abort?owner=${user.username}`],
    [target.admin, (name) => `${name}/main/claude/a/abort?owner=${user.username}`],
    [target.admin, (name) => `${name}/claude/a/abort`],
    [target.admin, (name) => `${name}/abort`],
  ]
  const mixed = Array.from({ length: 20 }, (_, index) => forms[index % forms.length] ?? forms[0]).filter(Boolean)
  for (const round of [...forms.map((form) => Array(20).fill(form)), mixed]) {
    const name = await generating([user], { ai_model: 'a' })
    const replies: string[] = await Promise.all(
      round.map(async ([client, form]: (typeof forms)[number]) => {
        const { status, text } = await client.post(`/api/projects/${form(name)}`)
        return status === 200 ? 'aborted' : text
      }),
    )
    expect(replies).toEqual(Array(20).fill('aborted'))
    for (const [client, form] of forms) expect((await client.post(`/api/projects/${form(name)}`)).status).toBe(404)
  }
})

test('aborting by project name aborts the oldest generation, and the reply says which', async () => {
  const user = await target.user()
  const name = await generating([user], { ai_model: 'a' }, { ai_model: 'b' })
  expect((await user.post(`/api/projects/${name}/abort`)).json).toEqual({
    aborted: name,
    variant: `${name}/main/claude/a`,
  })
  expect((await user.post(`/api/projects/${name}/abort`)).json).toEqual({ aborted: name })
  expect(await user.post(`/api/projects/${name}/abort`)).toMatchObject({
    status: 404,
    json: { detail: `No active generation for '${name}'` },
  })
})

test("users cannot abort other users' generations and cannot tell that they exist", async () => {
  const [owner, stranger] = await Promise.all([target.user(), target.user()])
  const name = await generating([owner], { ai_model: 'a' })
  for (const [path, detail] of [
    [`${name}/claude/a/abort`, 'No active generation for this variant'],
    [`${name}/abort`, `No active generation for '${name}'`],
  ]) {
    for (const query of ['', `?owner=${owner.username}`]) {
      expect(await stranger.post(`/api/projects/${path}${query}`)).toMatchObject({ status: 404, json: { detail } })
    }
  }
  expect((await owner.post(`/api/projects/${name}/abort?owner=${owner.username}`)).status).toBe(200)
})

test("an admin can abort anyone's generation, and has to name the owner if there are several", async () => {
  const [one, two] = await Promise.all([target.user(), target.user()])
  const name = await generating([one, two], { ai_model: 'a' })
  const detail = 'Multiple owners found for this variant, please specify owner'
  for (const path of [`${name}/claude/a/abort`, `${name}/main/claude/a/abort`, `${name}/abort`]) {
    expect(await target.admin.post(`/api/projects/${path}`)).toMatchObject({ status: 409, json: { detail } })
  }
  expect((await target.admin.post(`/api/projects/${name}/abort?owner=${one.username}`)).json).toEqual({ aborted: name })
  expect((await target.admin.post(`/api/projects/${name}/claude/a/abort?owner=${one.username}`)).status).toBe(404)
  expect((await target.admin.post(`/api/projects/${name}/claude/a/abort`)).json).toEqual({
    aborted: `${name}/claude/a`,
  })
})

test("by variant path an admin's own generation comes first, but by project name the owner must be named", async () => {
  const user = await target.user()
  const name = await generating([user, target.admin], { ai_model: 'a' })
  expect((await target.admin.post(`/api/projects/${name}/abort`)).status).toBe(409)
  expect((await target.admin.post(`/api/projects/${name}/claude/a/abort`)).status).toBe(200)
  expect((await user.get(`/api/projects/${name}/claude/a`)).json.status).toBe('generating')
  expect((await target.admin.post(`/api/projects/${name}/abort`)).status).toBe(200)
})

test('viewers get 403 and anonymous requests 401, whether or not the project exists', async () => {
  const viewer = await target.user('viewer')
  for (const path of ['x/claude/m/abort', 'x/b/claude/m/abort', 'x/abort']) {
    const refused = { status: 403, json: { detail: 'Write access required.' } }
    expect(await viewer.post(`/api/projects/${path}`)).toMatchObject(refused)
    expect((await target.anonymous.post(`/api/projects/${path}`)).status).toBe(401)
  }
})
