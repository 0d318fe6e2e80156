import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Edge, startEdge } from '../support/edge.ts'
import { type Gateways, startGateways } from '../support/gateways.ts'
import type { Reply } from './send.ts'
import { clientsOf, remote } from './target.ts'

// Against a deployment these tests would lock out the rest of the suite, which has only one address.
const promise = test.skipIf(remote)

let gateways: Gateways
let edge: Edge
let service: Awaited<ReturnType<typeof clientsOf>>
beforeAll(async () => {
  if (remote) return
  // The gateway trusts one proxy, so these tests can come from many addresses.
  gateways = await startGateways(1, { TRUSTED_PROXIES: '1' })
  edge = await startEdge(gateways.urls[0] ?? '')
  service = await clientsOf(gateways.urls[0] ?? '', gateways.adminKey)
})
afterAll(async () => {
  for (const each of [edge, gateways]) await each?.[Symbol.asyncDispose]()
})

const PER_ADDRESS = 100
const from = (address: string) => ({ headers: { 'X-Forwarded-For': address } })

const whoami = (key: string, address: string) => service.as(key).get('/api/auth/me', from(address))
const logIn = (username: string, api_key: string, address: string) =>
  service.as('').post('/api/auth/login', { username, api_key }, from(address))

/** A user with a key of their own choice. */
async function userWithChosenKey() {
  const { username } = await service.user()
  const key = `chosen-by-${username}`
  expect((await service.admin.post(`/api/admin/users/${username}/rotate-key`, { new_key: key })).status).toBe(200)
  return { username, key }
}

/** Sends different wrong keys from an address until it is refused. */
async function useUp(address: string): Promise<void> {
  for (let guess = 0; guess < PER_ADDRESS; guess++) {
    const path = ['/api/auth/me', '/api/status', '/docs/name/'][guess % 3] ?? ''
    expect((await service.as(`a-wrong-key-${guess}`).get(path, from(address))).status).toBe(401)
  }
}

function expectRefused(reply: Reply): void {
  expect(reply).toMatchObject({ status: 429, json: { detail: 'Too many failed attempts. Please retry later.' } })
  const seconds = Number(reply.headers['retry-after'])
  expect(seconds).toBeGreaterThan(0)
  expect(seconds).toBeLessThanOrEqual(300)
}

promise(
  'an address that has sent 100 different wrong keys is refused, whether the next key is right or wrong',
  async () => {
    const { username, key } = await userWithChosenKey()
    await useUp('192.0.2.1')
    for (const guess of [key, gateways.adminKey, 'a-wrong-key-0', 'another-wrong-key']) {
      expectRefused(await whoami(guess, '192.0.2.1'))
      expectRefused(await logIn(username, guess, '192.0.2.1'))
    }
    const body = `username=${username}&api_key=${key}`
    const page = await service.as('').send('POST', '/login', { body, ...from('192.0.2.1') })
    expect(page).toMatchObject({ status: 429, headers: { 'content-type': 'text/html; charset=utf-8' } })
    expect(page.headers['retry-after']).toMatch(/^\d+$/)
  },
)

promise(
  'meanwhile right keys work from every other address, and random keys and sessions from that one too',
  async () => {
    const { username, key } = await userWithChosenKey()
    const random = (await service.admin.post('/api/admin/users', { username: `${username}-2` })).json.api_key
    const Cookie = String((await logIn(username, key, '192.0.2.9')).headers['set-cookie']).split(';')[0]
    await useUp('192.0.2.2')
    expectRefused(await whoami(key, '192.0.2.2'))
    for (const guess of [key, random, gateways.adminKey]) expect((await whoami(guess, '192.0.2.3')).status).toBe(200)
    expect((await logIn(username, key, '2001:db8::1')).status).toBe(200)
    expect((await whoami(random, '192.0.2.2')).status).toBe(200)
    expect((await logIn(`${username}-2`, random, '192.0.2.2')).status).toBe(200)
    const headers = { Cookie, 'X-Forwarded-For': '192.0.2.2' }
    expect((await service.as('').get('/api/auth/me', { headers })).json.username).toBe(username)
  },
)

promise('an account that is attacked from many addresses still lets its owner in', async () => {
  const { username, key } = await userWithChosenKey()
  for (let guess = 0; guess < 200; guess++) {
    expect((await logIn(username, `a-wrong-key-${guess}`, `198.51.100.${guess}`)).status).toBe(401)
  }
  for (let guess = 0; guess < 3; guess++) {
    expect((await logIn(username, `a-typing-mistake-${guess}`, '203.0.113.1')).status).toBe(401)
  }
  expectRefused(await logIn(username, key, '203.0.113.1'))
  expect((await logIn(username, key, '203.0.113.2')).status).toBe(200)
})

promise('a user cannot find the keys of others by choosing them', async () => {
  const own = (await service.admin.post('/api/admin/users', { username: 'curious' })).json.api_key
  const { key: other } = await userWithChosenKey()
  const rotate = (key: string, new_key: string) =>
    service.as(key).post('/api/me/rotate-key', { new_key }, from('192.0.2.4'))
  let current = own
  for (let guess = 0; guess < PER_ADDRESS; guess++) {
    const next = `a-guessed-key-number-${guess}`
    expect((await rotate(current, next)).status).toBe(200)
    current = next
  }
  expectRefused(await rotate(current, other))
})

promise('clients behind CloudFront cannot choose their address', async () => {
  const viaEdge = await clientsOf(edge.url, gateways.adminKey)
  const attempt = (guess: number) =>
    viaEdge.as(`a-guess-${guess}`).get('/api/auth/me', from(`203.0.113.${guess}, 8.8.8.8`))
  // Other tests have sent some from this address too.
  for (let guess = 0; guess < PER_ADDRESS; guess++) await attempt(guess)
  expectRefused(await attempt(PER_ADDRESS))
})
