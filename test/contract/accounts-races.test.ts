import { ScanCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Gateways, startGateways } from '../support/gateways.ts'
import type { Reply } from './send.ts'
import { type Client, clientsOf, remote } from './target.ts'

let gateways: Gateways
/** Two processes that run the same service. */
let processes: Awaited<ReturnType<typeof clientsOf>>[]
let admin: Client
beforeAll(async () => {
  if (remote) return
  gateways = await startGateways(2, { TRUSTED_PROXIES: '1' })
  processes = await Promise.all(gateways.urls.map((url) => clientsOf(url, gateways.adminKey)))
  admin = server(0).admin
})
afterAll(async () => await gateways?.[Symbol.asyncDispose]())

const server = (index: number) => processes[index % 2] as (typeof processes)[number]

let count = 0
async function newUser() {
  const { json } = await admin.post('/api/admin/users', { username: `racer-${++count}` })
  return { username: json.username as string, key: json.api_key as string }
}

let addresses = 0
/** These tests use more wrong keys than one address may send, so each request comes from another. */
const fromElsewhere = () => ({ 'X-Forwarded-For': `10.0.${++addresses >> 8}.${addresses & 255}` })

const whoami = (index: number, key: string) => server(index).as(key).get('/api/auth/me', { headers: fromElsewhere() })
const logIn = (index: number, username: string, api_key: string) =>
  server(index).as('').post('/api/auth/login', { username, api_key }, { headers: fromElsewhere() })
const rotate = (index: number, key: string, body = {}) =>
  server(index).as(key).post('/api/me/rotate-key', body, { headers: fromElsewhere() })
const bySession = (index: number, { headers }: Reply) =>
  server(index)
    .as('')
    .get('/api/auth/me', { headers: { Cookie: String(headers['set-cookie']).split(';')[0] } })

const isRefused = ({ status }: Reply): boolean => status === 401

test.skipIf(remote)(
  'of two concurrent rotations with the same key only one succeeds, and the old key and sessions stop working at once',
  async () => {
    const { username, key } = await newUser()
    let current = key
    for (let round = 0; round < 50; round++) {
      const old = current
      const [first, second, login, request] = await Promise.all([
        rotate(round, old),
        rotate(round + 1, old, round % 2 ? {} : { new_key: `chosen-in-round-${round}` }),
        logIn(round, username, old),
        whoami(round + 1, old),
      ])
      const succeeded = [first, second].filter(({ status }) => status === 200)
      expect(succeeded).toHaveLength(1)
      expect([first, second].filter(isRefused)).toHaveLength(1)
      for (const reply of [login, request]) expect(reply.status === 200 || isRefused(reply)).toBe(true)
      current = succeeded[0]?.json.new_api_key
      const after = await Promise.all([
        whoami(round, old),
        logIn(round + 1, username, old),
        ...(login.status === 200 ? [bySession(round, login), bySession(round + 1, login)] : []),
      ])
      expect(after.every(isRefused), `round ${round}`).toBe(true)
      expect((await whoami(round, current)).status).toBe(200)
    }
  },
)

test.skipIf(remote)('after 50 concurrent rotations by admins exactly one key works', async () => {
  const { username, key } = await newUser()
  const path = `/api/admin/users/${username}/rotate-key`
  const each = Array.from({ length: 50 }, (_, index) => index)
  // Some requests choose the same key.
  const bodyOf = (index: number) => (index % 2 ? {} : { new_key: `chosen-by-admin-${index % 8}` })
  const [rotations] = await Promise.all([
    Promise.all(each.map((index) => server(index).admin.post(path, bodyOf(index)))),
    Promise.all(each.map((index) => logIn(index, username, key))),
    Promise.all(each.map((index) => whoami(index, key))),
  ])
  expect(rotations.map(({ status }) => status)).toEqual(each.map(() => 200))
  const keys = new Set([key, ...rotations.map(({ json }) => json.new_api_key as string)])
  const working = []
  for (const candidate of keys) if ((await whoami(0, candidate)).status === 200) working.push(candidate)
  expect(working).toHaveLength(1)
  expect((await logIn(1, username, working[0] ?? '')).status).toBe(200)
})

test.skipIf(remote)('when two admins create the same user at once, one of them gets an error', async () => {
  for (let round = 0; round < 20; round++) {
    const username = `twice-${round}`
    const replies = await Promise.all([0, 1].map((index) => server(index).admin.post('/api/admin/users', { username })))
    expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 400])
    const [created] = replies.filter(({ status }) => status === 200)
    expect((await whoami(round, created?.json.api_key)).json.username).toBe(username)
    expect(replies.find(({ status }) => status === 400)?.json.detail).toBe(`User '${username}' already exists`)
  }
})

test.skipIf(remote)('a user who is deleted while generating keeps everything, or leaves nothing behind', async () => {
  const outcomes = new Set<number>()
  for (let round = 0; round < 12; round++) {
    const { username, key } = await newUser()
    const user = server(round).as(key)
    const generate = (ai_model: string) =>
      user.post('/api/generate', { repo_url: 'https://github.com/group/raced', ai_model })
    const remove = () => server(round + 1).admin.delete(`/api/admin/users/${username}`)
    // Vary which request comes first.
    const delayed = round % 3 === 0 ? whoami(0, key).then(remove) : remove()
    const [deleted, ...requests] = await Promise.all([delayed, ...['a', 'b', 'c'].map(generate)])
    outcomes.add(deleted.status)
    const accepted = requests.filter(({ status }) => status === 202)
    if (deleted.status === 200) expect(accepted).toEqual([])
    else {
      expect(deleted.status).toBe(409)
      expect((await user.get('/api/auth/me')).status).toBe(200)
      for (const model of ['a', 'b', 'c']) await user.post(`/api/projects/raced/claude/${model}/abort`)
      expect((await remove()).status).toBe(200)
    }
    expect(isRefused(await user.get('/api/auth/me'))).toBe(true)
    expect(
      (await itemsOf(username)).filter(({ pk }) => !/^(CHANGES#|KNOWN-DUE|TURNS|SESSION#)/.test(String(pk))),
    ).toEqual([])
  }
  expect(outcomes.size).toBeGreaterThan(0)
})

/** All items in the table that mention this user. */
async function itemsOf(username: string): Promise<Record<string, unknown>[]> {
  const { client, name } = gateways.table
  const { Items = [] } = await client.send(new ScanCommand({ TableName: name, ConsistentRead: true }))
  return Items.filter(
    (item) => JSON.stringify(item).includes(`${username}"`) || JSON.stringify(item).includes(`${username}#`),
  )
}
