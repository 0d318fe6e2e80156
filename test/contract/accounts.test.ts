import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { paginateScan } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { getText, listObjects } from '../../shared/aws/site-store.ts'
import type { SampleService } from '../support/sample-service.ts'
import { temporaryFolder } from '../support/service-process.ts'
import { openTestStores, type TestStores } from '../support/test-stores.ts'
import { answers } from './send.ts'
import { type Client, openTarget, proxied, remote, type Target } from './target.ts'

let target: Target
/** Undefined against a deployment, as are the stores. */
let folder: AsyncDisposable & { path: string }
let stores: TestStores
/** Every key and token that these tests use. */
const secrets = new Set<string>()
beforeAll(async () => {
  if (!remote) {
    folder = await temporaryFolder('stores')
    stores = await openTestStores(folder.path)
  }
  target = await openTarget({ MAX_ACTIVE_TASKS: '1', LOG_LEVEL: 'debug', ...stores?.env })
})
afterAll(async () => {
  for (const each of [target, stores, folder]) await each?.[Symbol.asyncDispose]()
})

type User = Client & { username: string }

/** A user with a known key and a session. */
async function userWithSession(role: 'admin' | 'user' | 'viewer' = 'user') {
  const user = await target.user(role)
  const key = `key-of-${user.username}`
  const rotated = await target.admin.post(`/api/admin/users/${user.username}/rotate-key`, { new_key: key })
  expect(rotated).toMatchObject({ status: 200, json: { username: user.username, new_api_key: key } })
  expect(rotated.headers['cache-control']).toBe('no-store')
  return { username: user.username, key, byKey: target.as(key), ...(await logIn(user.username, key)) }
}

async function logIn(username: string, key: string) {
  const reply = await target.anonymous.post('/api/auth/login', { username, api_key: key })
  const Cookie = cookieOf(reply)
  for (const secret of [key, Cookie.slice('docsfy_session='.length)]) if (secret) secrets.add(secret)
  const ask = (method: string, path: string, headers = {}, body?: object) =>
    target.anonymous.send(method, path, {
      headers: { ...(Cookie ? { Cookie } : {}), ...headers },
      ...(body ? { body } : {}),
    })
  return { reply, Cookie, ask }
}

const cookieOf = ({ headers }: { headers: Record<string, string | string[] | undefined> }): string =>
  String([headers['set-cookie'] ?? ''].flat()[0]).split(';')[0] ?? ''

describe('a key', () => {
  test('can be rotated by its user, even a viewer, on either path, which ends the old key and all sessions', async () => {
    for (const path of ['/api/me/rotate-key', '/api/auth/rotate-key']) {
      const { username, key, byKey, ask } = await userWithSession('viewer')
      expect((await ask('GET', '/api/auth/me')).json).toEqual({ username, role: 'viewer', is_admin: false })
      const { status, json, headers } = await byKey.post(path)
      expect({ status, no: headers['cache-control'] }).toEqual({ status: 200, no: 'no-store' })
      expect(json).toEqual({ username, new_api_key: expect.stringMatching(/^docsfy_[\w-]{43}$/) })
      secrets.add(json.new_api_key)
      expect((await byKey.get('/api/auth/me')).status).toBe(401)
      expect((await ask('GET', '/api/auth/me')).status).toBe(401)
      expect((await logIn(username, key)).reply.status).toBe(401)
      expect((await target.as(json.new_api_key).get('/api/auth/me')).status).toBe(200)
    }
  })

  test('can be rotated to a chosen key, and from a session', async () => {
    const { username, ask } = await userWithSession()
    const chosen = `chosen/${username}~!`
    expect((await ask('POST', '/api/me/rotate-key', {}, { new_key: chosen })).json).toEqual({
      username,
      new_api_key: chosen,
    })
    const again = target.as(chosen)
    expect((await again.get('/api/auth/me')).json.username).toBe(username)
    expect((await again.post('/api/me/rotate-key', { new_key: chosen })).status).toBe(200)
    expect((await again.get('/api/auth/me')).status).toBe(200)
  })

  test('that is unusable or already taken is rejected, and the old one keeps working', async () => {
    const [{ key, byKey }, other] = await Promise.all([userWithSession(), userWithSession()])
    const short = 'API key must be at least 16 characters long'
    const taken = 'This API key cannot be used. Choose another one.'
    for (const [new_key, detail] of [
      ['', short],
      ['x'.repeat(15), short],
      ['x'.repeat(257), 'API key must be at most 256 characters long'],
      ['with a space in the key', expect.any(String)],
      ['schlüsselschlüssel', expect.any(String)],
      ['abcdefgabcdefgabcdefg', 'API key is too easy to guess'],
      ['1111111111111111', 'API key is too easy to guess'],
      [other.key, taken],
      [target.adminKey, taken],
    ]) {
      expect(await byKey.post('/api/me/rotate-key', { new_key }), String(new_key)).toMatchObject({
        status: 400,
        json: { detail },
      })
    }
    expect((await byKey.post('/api/me/rotate-key', { new_key: 17 })).status).toBe(422)
    expect((await target.as(key).get('/api/auth/me')).status).toBe(200)
    expect((await other.byKey.get('/api/auth/me')).json.username).toBe(other.username)
  })

  test('of the admin cannot be rotated through the API', async () => {
    const detail = 'ADMIN_KEY users cannot rotate keys. Change the ADMIN_KEY env var instead.'
    for (const body of [undefined, {}, { new_key: 'short' }]) {
      expect(await target.admin.post('/api/auth/rotate-key', body)).toMatchObject({ status: 400, json: { detail } })
    }
  })

  test('of a user can be rotated by an admin, with either field name or without a key', async () => {
    const { username, key, byKey, ask } = await userWithSession()
    const path = `/api/admin/users/${username}/rotate-key`
    const first = (await target.admin.post(path)).json.new_api_key
    expect((await byKey.get('/api/auth/me')).status).toBe(401)
    expect((await ask('GET', '/api/auth/me')).status).toBe(401)
    const chosen = `${key}-again`
    expect((await target.admin.post(path, { new_api_key: chosen })).json.new_api_key).toBe(chosen)
    expect((await target.as(first).get('/api/auth/me')).status).toBe(401)
    expect((await target.as(chosen).get('/api/auth/me')).status).toBe(200)
    expect((await target.admin.post(path, { new_key: 'short' })).status).toBe(400)
    for (const name of ['nobody-here', 'admin']) {
      const none = { status: 404, json: { detail: `User '${name}' not found` } }
      expect(await target.admin.post(`/api/admin/users/${name}/rotate-key`, {})).toMatchObject(none)
    }
  })
})

describe('a session', () => {
  test('begins with a username and key and ends at logout', async () => {
    const { reply, ask, username } = await userWithSession()
    expect(reply.json).toEqual({ username, role: 'user', is_admin: false })
    expect(String(reply.headers['set-cookie'])).toMatch(
      /^docsfy_session=[\w-]{43}; Max-Age=28800; Path=\/; HttpOnly(; Secure)?; SameSite=Lax$/,
    )
    expect((await ask('GET', '/api/status')).status).toBe(200)
    const out = await ask('POST', '/api/auth/logout')
    expect(out).toMatchObject({ status: 200, json: { ok: true } })
    expect(String(out.headers['set-cookie'])).toContain('docsfy_session=; Max-Age=0; Path=/')
    expect((await ask('GET', '/api/status')).status).toBe(401)
    expect((await target.anonymous.post('/api/auth/logout')).status).toBe(200)
  })

  test('works for the admin key and for users with the role admin', async () => {
    const admin = await logIn('admin', target.adminKey)
    expect(admin.reply.json).toEqual({ username: 'admin', role: 'admin', is_admin: true })
    expect((await admin.ask('GET', '/api/admin/users')).status).toBe(200)
    const user = await userWithSession('admin')
    expect((await user.ask('GET', '/api/auth/me')).json).toMatchObject({ role: 'admin', is_admin: true })
  })

  test('does not begin with a wrong username or key, and the error does not say which is wrong', async () => {
    const { username, key } = await userWithSession()
    const detail = 'Invalid username or password'
    for (const body of [
      { username, api_key: `${key}x` },
      { username: 'nobody-here', api_key: key },
      { username: 'admin', api_key: key },
      { username, api_key: target.adminKey },
      { username: username.toUpperCase(), api_key: key },
      { username: 'x'.repeat(5_000), api_key: key },
    ]) {
      const reply = await target.anonymous.post('/api/auth/login', body)
      expect(reply).toMatchObject({ status: 401, json: { detail } })
      expect(reply.headers['set-cookie']).toBeUndefined()
    }
    for (const body of [{}, { username }, { api_key: key }, { username: '', api_key: '' }]) {
      expect((await target.anonymous.post('/api/auth/login', body)).status).toBe(400)
    }
    expect((await target.anonymous.post('/api/auth/login', { username: 1, api_key: [] })).json.detail).toHaveLength(2)
    expect((await target.anonymous.post('/api/auth/login', '{')).status).toBe(422)
  })

  test('is ignored if the request also has a key, right or wrong', async () => {
    const { ask, username } = await userWithSession()
    const bearer = (key: string) => ask('GET', '/api/auth/me', { Authorization: `Bearer ${key}` })
    expect((await bearer(target.adminKey)).json.username).toBe('admin')
    expect((await bearer('a-wrong-key-for-tests')).status).toBe(401)
    expect((await ask('GET', '/api/auth/me', { Authorization: 'Basic YTpi' })).json.username).toBe(username)
  })

  test('cannot be used by another site to write', async () => {
    const { ask, byKey, Cookie } = await userWithSession()
    const abort = (headers: object) => ask('POST', '/api/projects/none/abort', headers)
    const detail = 'Requests from other sites are refused'
    const { host } = new URL(target.url)
    for (const headers of [
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'same-site', Origin: target.url },
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
      { Origin: `${target.url}0` },
      ...(proxied ? [] : [{ Origin: target.url, 'X-Forwarded-Host': 'docs.example' }]),
      ...(proxied ? [{ Origin: 'https://docs.example', 'X-Forwarded-Host': 'docs.example' }] : []),
    ]) {
      expect(await abort(headers), JSON.stringify(headers)).toMatchObject({ status: 403, json: { detail } })
      expect((await ask('GET', '/api/status', headers)).status).toBe(200)
      expect((await ask('POST', '/api/auth/logout', headers)).status).toBe(403)
      expect((await byKey.send('POST', '/api/projects/none/abort', { headers: { ...headers, Cookie } })).status).toBe(
        404,
      )
      expect((await target.anonymous.post('/api/auth/login', {}, { headers })).status).toBe(403)
    }
    for (const headers of [
      {},
      { 'Sec-Fetch-Site': 'same-origin' },
      { 'Sec-Fetch-Site': 'none', Origin: 'https://evil.example' },
      { Origin: target.url },
      ...(proxied ? [] : [{ Origin: 'https://docs.example', 'X-Forwarded-Host': 'docs.example' }]),
      { Origin: `http://${host}` },
    ]) {
      expect((await abort(headers)).status, JSON.stringify(headers)).toBe(404)
    }
  })
})

describe('the login page', () => {
  const form = (fields: Record<string, string>, headers = {}) =>
    target.anonymous.send('POST', '/login', {
      body: new URLSearchParams(fields).toString(),
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
    })

  test('needs no scripts, cannot be framed, and remembers where to go next', async () => {
    const page = await target.anonymous.get('/login?next=%2Fdocs%2Fa%2F%3Fx%3D1%26y%3D%22%3E')
    expect(page.status).toBe(200)
    expect(page.text).toContain('name="next" value="/docs/a/?x=1&#38;y=&#34;&#62;"')
    expect(page.text).not.toMatch(/<script|https?:| on\w+=/)
    expect(page.headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'/,
    )
    expect((await target.anonymous.head('/login')).status).toBe(200)
  })

  test.each([
    ['/docs/a/', '/docs/a/'],
    ['/docs/a/?owner=b#c', '/docs/a/?owner=b#c'],
    ['/docs/a b/ü', '/docs/a%20b/%C3%BC'],
    ['', '/'],
    ['//evil.example', '/'],
    ['///evil.example', '/'],
    ['/\\evil.example', '/'],
    ['/a\\..\\..\\evil', '/'],
    ['\\\\evil.example', '/'],
    ['https://evil.example', '/'],
    ['javascript:alert(1)', '/'],
    ['docs', '/'],
    ['/\t/evil.example', '/'],
    ['/a\r\nSet-Cookie: x=1', '/'],
    [' //evil.example', '/'],
    ['/\u0085/evil', '/'],
  ])('redirects next=%j to %s', async (next, location) => {
    const reply = await form({ username: 'admin', api_key: target.adminKey, next })
    expect({ status: reply.status, location: reply.headers.location }).toEqual({ status: 302, location })
    expect(cookieOf(reply)).toMatch(/^docsfy_session=/)
  })

  test('shows an error for a wrong username or key, and does not repeat the key', async () => {
    const reply = await form({ username: 'nobody-here', api_key: 'not-a-key-of-anybody', next: '/docs/a/' })
    expect(reply.status).toBe(401)
    expect(reply.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(reply.text).toContain('Invalid username or password')
    expect(reply.text).toContain('value="/docs/a/"')
    expect(reply.text).not.toContain('not-a-key')
    for (const fields of [{}, { username: 'admin' }]) expect((await form(fields)).status).toBe(401)
    expect((await form({ username: 'admin' }, { Origin: 'https://evil.example' })).status).toBe(403)
    expect((await form({ username: 'x'.repeat(70_000) })).status).toBe(413)
  })

  test('is where logout redirects', async () => {
    const { ask } = await userWithSession()
    expect(await ask('HEAD', '/logout')).toMatchObject({ status: 302 })
    expect((await ask('GET', '/api/auth/me')).status).toBe(200)
    expect((await ask('GET', '/logout', { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(302)
    expect((await ask('GET', '/api/auth/me')).status).toBe(200)
    const out = await ask('GET', '/logout')
    expect({ status: out.status, location: out.headers.location }).toEqual({ status: 302, location: '/login' })
    expect((await ask('GET', '/api/auth/me')).status).toBe(401)
    expect((await target.anonymous.get('/logout')).status).toBe(302)
  })

  test('follows a log-out that a page of the service asks for, and none that a documentation site asks for', async () => {
    const { ask } = await userWithSession()
    const isLoggedIn = async () => (await ask('GET', '/api/auth/me')).status === 200
    const own = { 'Sec-Fetch-Site': 'same-origin' }
    for (const headers of [
      own,
      { ...own, Referer: `${target.url}/docs/adder/claude/m/index.html` },
      { ...own, Referer: 'https://evil.example/' },
      { ...own, Referer: 'nonsense' },
    ]) {
      const reply = await ask('GET', '/logout', headers)
      expect({ status: reply.status, location: reply.headers.location }).toEqual({ status: 302, location: '/login' })
      expect(reply.headers['set-cookie']).toBeUndefined()
      expect(await isLoggedIn(), JSON.stringify(headers)).toBe(true)
    }
    await ask('GET', '/logout', { ...own, Referer: `${target.url}/?screen=queue` })
    expect(await isLoggedIn()).toBe(false)
    const typed = await userWithSession()
    await typed.ask('GET', '/logout', { 'Sec-Fetch-Site': 'none' })
    expect((await typed.ask('GET', '/api/auth/me')).status).toBe(401)
  })

  test('is where browsers without a session are redirected, but never under /api', async () => {
    const visit = (path: string, accept = 'text/html,*/*;q=0.8') =>
      target.anonymous.send('GET', path, { headers: { Accept: accept } })
    const page = await visit('/docs/a/?x=1')
    expect({ status: page.status, location: page.headers.location }).toEqual({
      status: 302,
      location: `/login?next=${encodeURIComponent('/docs/a/?x=1')}`,
    })
    expect((await visit('/docs/a/', 'application/json')).status).toBe(401)
    for (const path of ['/api/status', '/api', '/api/nowhere']) expect((await visit(path)).status).toBe(401)
  })
})

describe('deleting a user', () => {
  const generate = (user: Client, name: string, ai_model = 'm') =>
    user.post('/api/generate', { repo_url: `https://github.com/octocat/${name}`, ai_model })

  test('deletes everything they own, and a new user of that name starts with nothing', async () => {
    const [{ username, key, byKey, ask }, friend] = await Promise.all([userWithSession(), target.user()])
    const name = `of-${username}`
    const variant = `/api/projects/${name}/claude/m`
    for (const [user, project] of [
      [byKey, name],
      [friend, `${name}-friend`],
    ] as const)
      await generate(user, project)
    const path = `/api/admin/users/${username}`
    const detail = `Cannot delete user '${username}' while generation is in progress. Abort running variants first.`
    expect(await target.admin.delete(path)).toMatchObject({ status: 409, json: { detail } })
    expect((await byKey.get('/api/auth/me')).status).toBe(200)
    await byKey.post(`${variant}/abort`)
    await friend.post(`/api/projects/${name}-friend/claude/m/abort`)
    const access = (project: string) => `/api/admin/projects/${project}/access`
    await target.admin.post(access(name), { username: friend.username, owner: username })
    await target.admin.post(access(`${name}-friend`), { username, owner: friend.username })
    expect((await friend.get(`${variant}?owner=${username}`)).status).toBe(200)

    expect(await target.admin.delete(path)).toMatchObject({ status: 200, json: { deleted: username } })
    expect((await byKey.get('/api/auth/me')).status).toBe(401)
    expect((await ask('GET', '/api/auth/me')).status).toBe(401)
    expect((await logIn(username, key)).reply.status).toBe(401)
    expect((await generate(byKey, name)).status).toBe(401)
    expect((await target.admin.get(`${variant}?owner=${username}`)).status).toBe(404)
    expect((await friend.get('/api/status')).json.projects).toHaveLength(1)
    expect((await target.admin.get(`${access(`${name}-friend`)}?owner=${friend.username}`)).json.users).toEqual([])
    expect((await target.admin.delete(path)).json).toEqual({ detail: `User '${username}' not found` })
    const names = (await target.admin.get('/api/admin/users')).json.users.map((user: User) => user.username)
    expect(names).not.toContain(username)

    const again = (await target.admin.post('/api/admin/users', { username })).json
    expect((await target.as(again.api_key).get('/api/status')).json.projects).toEqual([])
    expect((await ask('GET', '/api/auth/me')).status).toBe(401)
    expect((await byKey.get('/api/auth/me')).status).toBe(401)
    expect((await target.admin.post(`${path}/rotate-key`, { new_key: key })).status).toBe(200)
    expect((await ask('GET', '/api/auth/me')).status).toBe(401)
  })

  test('is for admins only, and never for their own account', async () => {
    const [admin, user] = await Promise.all([target.user('admin'), target.user()])
    const own = { status: 400, json: { detail: 'Cannot delete your own account' } }
    expect(await admin.delete(`/api/admin/users/${admin.username}`)).toMatchObject(own)
    expect(await target.admin.delete('/api/admin/users/admin')).toMatchObject(own)
    expect((await admin.delete('/api/admin/users/admin')).status).toBe(404)
    expect((await user.delete(`/api/admin/users/${user.username}`)).status).toBe(403)
    expect((await target.admin.delete(`/api/admin/users/${admin.username}`)).status).toBe(200)
  })
})

test('grants are listed and revoked per owner and project name', async () => {
  const [owner, other, friend] = await Promise.all([target.user(), target.user(), target.user()])
  const name = `granted-${Date.now()}`
  const repo_url = `https://github.com/octocat/${name}`
  for (const user of [owner, other]) await user.post('/api/generate', { repo_url, ai_model: 'm' })
  const path = `/api/admin/projects/${name}/access`
  const ofOwner = `?owner=${owner.username}`
  const granted = { granted: name, username: friend.username, owner: owner.username }
  expect((await target.admin.post(path, { username: friend.username, owner: owner.username })).json).toEqual(granted)
  expect((await target.admin.post(`${path}${ofOwner}`, { username: friend.username })).json).toEqual(granted)
  expect((await target.admin.get(path + ofOwner)).json).toEqual({
    project: name,
    owner: owner.username,
    users: [friend.username],
  })
  expect((await target.admin.get(`${path}?owner=${other.username}`)).json.users).toEqual([])
  const { json } = await friend.get('/api/status')
  expect(json.projects.map((variant: { owner: string }) => variant.owner)).toEqual([owner.username])
  expect(json).toMatchObject({ known_models: {}, known_branches: {}, total_cost_usd: 0 })
  expect((await friend.get(`/api/projects/${name}/claude/m`)).json.owner).toBe(owner.username)
  expect((await friend.get(`/api/projects/${name}/claude/m?owner=${other.username}`)).status).toBe(404)
  for (const [body, status, detail] of [
    [{}, 400, 'Username is required'],
    [{ username: friend.username }, 400, 'Project owner is required'],
    [{ username: 'nobody-here', owner: owner.username }, 404, "User 'nobody-here' not found"],
    [
      { username: friend.username, owner: friend.username },
      404,
      `Project '${name}' not found for owner '${friend.username}'`,
    ],
  ] as const) {
    expect(await target.admin.post(path, body)).toMatchObject({ status, json: { detail } })
  }
  expect((await target.admin.get(path)).json).toEqual({ detail: 'Project owner is required' })
  expect((await target.admin.get(`/api/admin/projects/none/access${ofOwner}`)).status).toBe(404)
  const revoked = { revoked: name, username: friend.username, owner: owner.username }
  const tag = String((await friend.get('/api/status')).headers.etag)
  for (let time = 0; time < 2; time++) {
    expect((await target.admin.delete(`${path}/${friend.username}${ofOwner}`)).json).toEqual(revoked)
  }
  expect((await target.admin.delete(`${path}/${friend.username}`)).status).toBe(400)
  expect((await friend.get('/api/status', { headers: { 'If-None-Match': tag } })).json.projects).toEqual([])
  expect((await friend.get(`/api/projects/${name}/claude/m${ofOwner}`)).status).toBe(404)
  await target.admin.post(path, { username: friend.username, owner: owner.username })
  const inBody = { owner: owner.username }
  expect((await target.admin.send('DELETE', `${path}/${friend.username}`, { body: inBody })).json).toEqual(revoked)
  expect((await friend.get('/api/status')).json.projects).toEqual([])
  for (const user of [owner, other]) await user.post(`/api/projects/${name}/claude/m/abort`)
})

test('grants end with the last variant of a project and do not apply to a later project of the same name', async () => {
  const [owner, friend] = await Promise.all([target.user(), target.user()])
  const name = `gone-${Date.now()}`
  const repo_url = `https://github.com/octocat/${name}`
  const generate = async (ai_model: string) => {
    await owner.post('/api/generate', { repo_url, ai_model })
    await owner.post(`/api/projects/${name}/claude/${ai_model}/abort`)
  }
  const seen = async () => (await friend.get('/api/status')).json.projects.length
  const grant = { username: friend.username, owner: owner.username }
  for (const paths of [[`/api/projects/${name}`], ['m', 'n'].map((model) => `/api/projects/${name}/claude/${model}`)]) {
    await generate('m')
    await generate('n')
    await target.admin.post(`/api/admin/projects/${name}/access`, grant)
    expect(await seen()).toBe(2)
    for (const [index, path] of paths.entries()) {
      expect((await owner.delete(path)).status).toBe(200)
      // The project detail exists while any variant is left.
      expect(await seen()).toBe(paths.length - 1 - index)
    }
    await generate('m')
    expect(await seen()).toBe(0)
    await owner.delete(`/api/projects/${name}`)
  }
})

test('generated keys and tokens appear in one reply only, and the admin key and the pepper in none', async () => {
  expect(secrets.size).toBeGreaterThan(20)
  // Chosen keys appear in every reply to the request that sets them.
  const generated = [...secrets].filter((secret) => !secret.startsWith('key-of-'))
  expect(generated.length).toBeGreaterThan(10)
  const repeated = generated.filter((secret) => answers.filter((answer) => answer.includes(secret)).length > 1)
  expect(repeated).toEqual([])
  const never = [target.adminKey, ...(target.sample ? [await pepperOf(target.sample)] : [])]
  expect(never.filter((secret) => answers.some((answer) => answer.includes(secret)))).toEqual([])
})

test.skipIf(remote)('no key or token is stored or logged in plain text', async () => {
  const everything = [target.sample?.service.output() ?? '']
  const { client, name } = stores.table
  for await (const { Items } of paginateScan({ client }, { TableName: name })) everything.push(JSON.stringify(Items))
  const { bucket } = stores
  for await (const { key } of listObjects(bucket, '')) everything.push(key, (await getText(bucket, key)) ?? '')
  const text = everything.join('\n')
  expect(text).toContain('USER#')
  expect(text).toContain('SESSION#')
  expect(secrets.size).toBeGreaterThan(20)
  const kept = target.sample ? [await pepperOf(target.sample)] : []
  const found = [...secrets, target.adminKey, ...kept].filter((secret) => text.includes(secret))
  expect(found).toEqual([])
})

const pepperOf = async ({ service }: SampleService): Promise<string> =>
  (await readFile(join(service.dataDir, 'key-pepper'), 'utf8')).trim()
