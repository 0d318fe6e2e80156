import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Client, openTarget, type Target } from './target.ts'

let target: Target
let user: Client
beforeAll(async () => {
  target = await openTarget()
  user = await target.user()
})
afterAll(async () => await target?.[Symbol.asyncDispose]())

const valid = '"repo_url": "https://github.com/octocat/Hello-World", "ai_model": "m"'

describe('a body is rejected', () => {
  test.each<[string, number, string | Buffer]>([
    ['is cut off', 422, '{"repo_url": "https://exam'],
    ['has raw control characters', 422, `{"a": "x\u0001y", ${valid}}`],
    ['has a raw newline in a text', 422, `{"a": "x\ny", ${valid}}`],
    ['is not UTF-8', 422, Buffer.from(`{"branch": "b\xff\xfe", ${valid}}`, 'latin1')],
    ['has half of a surrogate pair', 422, `{"branch": "\\ud83d", ${valid}}`],
    ['has a duplicate field', 422, `{${valid}, "ai_model": "n"}`],
    ['has a duplicate field, spelled differently', 422, `{${valid}, "ai_mode\\u006c": "n"}`],
    ['is nested deeply', 422, `{${valid}, "x": ${'['.repeat(100)}${']'.repeat(100)}}`],
    ['is nested very deeply', 422, `${'[{"a":'.repeat(50_000)}1${'}]'.repeat(50_000)}`],
    ['is only opening brackets', 422, '['.repeat(500_000)],
    ['is full of escapes and not closed', 422, `{"a": "${'\\n'.repeat(300_000)}`],
    ['names a constructor', 422, '{"__proto__": {"repo_url": "https://github.com/a/b"}}'],
    ['is larger than any request', 413, `{${valid}, "x": "${'x'.repeat(1_100_000)}"}`],
    ['is 3 MB of four-byte characters', 413, `{${valid}, "x": "${'😀'.repeat(750_000)}"}`],
    ['is larger than the gateway takes', 413, Buffer.alloc(11 * 1024 * 1024, 32)],
  ])('that %s: %i', async (_name, status, body) => {
    for (const type of ['application/json', 'text/plain', 'application/octet-stream']) {
      const reply = await user.post('/api/generate', body, { headers: { 'Content-Type': type } })
      expect(reply.status).toBe(status)
      expect(reply.json).toHaveProperty('detail')
    }
    expect((await user.get('/api/status')).json.projects).toEqual([])
  })

  test('that is too large gets 413, but 401 without credentials', async () => {
    const body = `{"x": "${'x'.repeat(1_100_000)}"}`
    expect((await user.post('/api/generate', body)).json).toEqual({ detail: 'Request body too large' })
    expect((await target.anonymous.post('/api/generate', body)).status).toBe(401)
  })
})

test('a body is parsed as JSON whatever its content type, or without one', async () => {
  for (const type of [
    'application/json; charset=utf-8',
    'text/plain',
    'application/x-www-form-urlencoded',
    '',
    undefined,
  ]) {
    const ai_model = `m-${Math.random()}`
    const body = JSON.stringify({ repo_url: 'https://github.com/octocat/Hello-World', ai_model, text: '"\\"é😀' })
    const headers = type === undefined ? {} : { 'Content-Type': type }
    expect((await user.post('/api/generate', body, { headers })).status, type).toBe(202)
    expect((await user.post(`/api/projects/Hello-World/claude/${ai_model}/abort`, undefined, { headers })).status).toBe(
      200,
    )
    expect((await user.delete(`/api/projects/Hello-World/claude/${ai_model}`)).status).toBe(200)
  }
})

describe('an unknown path', () => {
  test.each([
    '/api/nowhere',
    '/api/',
    '/api',
    '/api/projects/a/b',
    '/api/projects/a/b/c',
    '/api/projects/a/b/c/d',
    '/api/projects/a/claude/m/x',
    '/api/projects/a/claude/m/download/x',
    '/api/projects//claude/m',
    '/api/projects/a//m',
    '/api//status',
    '//api/status',
    '/API/status',
    '/api/generate/x',
    '/api/%73tatus/x',
    '/nowhere',
    '/docs',
    '/docs/',
    '/health/x',
    `/api/${'x'.repeat(4_000)}`,
  ])('%s gets 404, and 401 without credentials', async (path) => {
    expect(await user.get(path)).toMatchObject({ status: 404, json: { detail: expect.any(String) } })
    expect(await target.anonymous.get(path)).toMatchObject({ status: 401, json: { detail: 'Unauthorized' } })
    expect((await user.post(path, {})).status).toBe(404)
    expect((await user.send('DELETE', path)).status).toBe(404)
  })

  test.each([
    ['/nowhere', './'],
    ['/nowhere/', '../'],
    ['/docs', './'],
    ['/docs/no-such/', '../../'],
    ['/docs/no-such/claude/m/a/b.html', '../../../../../'],
  ])(
    'a browser that opens %s gets a page that leads to the service’s start, but never under /api',
    async (path, start) => {
      const headers = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
      const reply = await user.get(path, { headers })
      expect(reply).toMatchObject({ status: 404, headers: { 'content-type': 'text/html; charset=utf-8' } })
      expect(reply.text).toContain(`<a href="${start}">`)
      expect(new URL(start, `${target.url}${path}`).pathname).toBe('/')
      expect(reply.text).not.toContain('no-such')
      expect((await user.head(path, { headers })).status).toBe(404)
      expect((await user.get(`/api${path}`, { headers })).json).toMatchObject({ detail: expect.any(String) })
    },
  )

  test.each([
    '/api/projects/a%',
    '/api/projects/a%zz/claude/m',
    '/api/projects/%ff/claude/m',
    '/api/projects/a/claude/m%c3%28',
    '/docs/a/%e0%a4%a',
  ])('%s is malformed and gets 400', async (path) => {
    const detail = 'Malformed percent-encoding in the path'
    expect(await user.get(path)).toMatchObject({ status: 400, json: { detail } })
    expect((await target.anonymous.get(path)).status).toBe(401)
  })

  test('a malformed query string is tolerated', async () => {
    expect((await user.get('/api/status?limit=2&limit=3&%zz=%ff&&=&x')).status).toBe(200)
    expect((await user.get('/api/projects/none?owner=%ff%00')).status).toBe(404)
  })
})

describe('an unknown method on a known path gets 405 with the allowed methods', () => {
  test.each([
    ['GET', '/api/generate', 'POST'],
    ['HEAD', '/api/generate', 'POST'],
    ['PUT', '/api/generate', 'POST'],
    ['POST', '/api/status', 'GET, HEAD'],
    ['PATCH', '/api/projects', 'GET, HEAD'],
    ['OPTIONS', '/api/projects/a', 'GET, HEAD, DELETE'],
    ['POST', '/api/projects/a/claude/m', 'GET, HEAD, DELETE'],
    ['PUT', '/api/projects/a/b/claude/m', 'GET, HEAD, DELETE'],
    ['GET', '/api/projects/a/claude/m/abort', 'POST'],
    ['DELETE', '/api/projects/a/claude/m/log', 'GET, HEAD'],
    ['POST', '/api/projects/by-id/00000000-0000-4000-8000-000000000000', 'GET, HEAD'],
    ['POST', '/docs/a/b', 'GET, HEAD'],
    ['DELETE', '/api/admin/users', 'POST, GET, HEAD'],
    ['PUT', '/api/admin/settings', 'GET, HEAD'],
    ['GET', '/api/models/refresh', 'POST'],
  ])('%s %s: %s', async (method, path, allow) => {
    const reply = await target.admin.send(method, path)
    expect(reply.status).toBe(405)
    expect(reply.headers.allow).toBe(allow)
    if (method !== 'HEAD') expect(reply.json).toEqual({ detail: 'Method Not Allowed' })
    expect((await target.anonymous.send(method, path)).status).toBe(401)
  })

  test('without credentials too, if the path is public', async () => {
    for (const path of ['/health', '/api/models']) {
      expect(await target.anonymous.send('DELETE', path)).toMatchObject({
        status: 405,
        headers: { allow: 'GET, HEAD' },
      })
    }
  })
})

test('public endpoints need no key, and /api/auth/me returns the caller', async () => {
  expect((await target.anonymous.get('/health')).json).toEqual({ status: 'ok' })
  const { json } = await target.anonymous.get('/api/models')
  expect(json.providers).toEqual(['claude', 'gemini', 'cursor'])
  expect(Object.keys(json.available_models)).toEqual(['claude', 'gemini', 'cursor'])
  expect((await target.admin.get('/api/auth/me')).json).toEqual({ username: 'admin', role: 'admin', is_admin: true })
  expect((await user.get('/api/auth/me')).json).toMatchObject({ role: 'user', is_admin: false })
  expect((await user.get('/api/admin/users')).json).toEqual({ detail: 'Admin access required' })
  for (const path of ['/health', '/api/models', '/api/auth/me', '/api/openapi.json']) {
    expect(await user.head(path)).toMatchObject({ status: 200, text: '' })
  }
})

test('odd headers never cause a 5xx', async () => {
  for (const headers of [
    { Authorization: 'Basic YTpi' },
    { Authorization: 'Bearer' },
    { Authorization: 'Bearer ' },
    { Authorization: `Bearer ${'k'.repeat(4_000)}` },
    { Authorization: 'Bearer a b' },
    { Cookie: 'docsfy_session=' },
    { Cookie: `docsfy_session=${'x'.repeat(4_000)}; a; =; ;` },
  ]) {
    expect((await target.anonymous.send('GET', '/api/status', { headers })).status).toBe(401)
  }
  const odd = {
    'If-None-Match': `"${'x'.repeat(4_000)}, W/`,
    Accept: '\x80',
    Range: 'bytes=9-1',
    'X-Http-Method-Override': 'DELETE',
  }
  expect((await user.send('GET', '/api/status', { headers: odd })).status).toBe(200)
})

test('overlong usernames get the same replies as unknown ones', async () => {
  // CloudFront accepts URLs of up to 8,192 bytes.
  for (const username of ['a'.repeat(3_000), '😀'.repeat(650)]) {
    const segment = encodeURIComponent(username)
    expect((await target.admin.delete(`/api/admin/users/${segment}`)).status).toBe(404)
    expect((await target.admin.post(`/api/admin/users/${segment}/rotate-key`)).status).toBe(404)
    expect((await target.admin.delete(`/api/admin/projects/p/access/${segment}?owner=admin`)).status).toBe(200)
    const grant = { username, owner: 'admin' }
    expect((await target.admin.post('/api/admin/projects/p/access', grant)).status).toBe(404)
    expect((await target.anonymous.post('/api/auth/login', { username, api_key: 'x'.repeat(20) })).status).toBe(401)
  }
})

test('fixed segments of a path do not match if they are percent-encoded', async () => {
  for (const path of ['/%61pi/status', '/api/%73tatus', '/%64ocs/p/', '/api/admin/user%73', '/ap%69/cost']) {
    for (const method of ['GET', 'POST', 'DELETE']) expect((await target.admin.send(method, path)).status).toBe(404)
    expect((await target.anonymous.get(path)).status).toBe(401)
  }
})

test('under /api/admin the role is checked before the path', async () => {
  for (const [method, path] of [
    ['GET', '/api/admin/nothing'],
    ['PUT', '/api/admin/users'],
  ] as const) {
    expect(await user.send(method, path)).toMatchObject({ status: 403, json: { detail: 'Admin access required' } })
    expect([404, 405]).toContain((await target.admin.send(method, path)).status)
    expect((await target.anonymous.send(method, path)).status).toBe(401)
  }
})

test('a byte order mark before the JSON is ignored', async () => {
  const body = `\ufeff${JSON.stringify({ ai_model: 'm' })}`
  const { status, json } = await user.post('/api/generate', body)
  expect({ status, problems: json.detail.map(({ msg }: { msg: string }) => msg) }).toEqual({
    status: 422,
    problems: ['give exactly one of repo_url and repo_path'],
  })
})
