import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Client, openTarget, type Target, wholeLog } from './target.ts'

const model = 'claude-opus-4-6[1m]'
const encoded = 'claude-opus-4-6%5B1m%5D'

let target: Target
/** Owns one ready variant and one whose only generation was aborted. */
let owner: Client & { username: string }
let variant: { generation_id: string }

beforeAll(async () => {
  target = await openTarget()
  // Only admins can generate from a local path.
  owner = await target.user('admin')
  const accepted = await owner.post('/api/generate', { ...target.source, ai_model: model })
  variant = await owner.settled(accepted.json.generation_id)
  expect(variant).toMatchObject({ status: 'ready' })
  await owner.post('/api/generate', { ...target.source, ai_model: 'unfinished', branch: 'no-such-branch' })
  await owner.post(`/api/projects/${target.project}/no-such-branch/claude/unfinished/abort`)
})
afterAll(async () => await target?.[Symbol.asyncDispose]())

const mine = () => `?owner=${owner.username}`

describe('a variant', () => {
  test('has every field with its type', async () => {
    const { json } = await owner.get(`/api/projects/${target.project}/claude/${encoded}${mine()}`)
    expect(json).toMatchObject({
      name: target.project,
      branch: 'main',
      ai_provider: 'claude',
      ai_model: model,
      owner: owner.username,
      generation_id: variant.generation_id,
      status: 'ready',
      current_stage: null,
      error_message: null,
      queue_position: null,
      waiting_reason: null,
      attempt: 1,
      generation_started_at: null,
    })
    expect(json.generation_duration).toBeGreaterThan(0)
    expect(json.last_commit_sha).toMatch(/^[0-9a-f]{40}$/)
    const plan = JSON.parse(json.plan_json)
    expect(plan.navigation[0].pages[0]).toMatchObject({ slug: expect.any(String), title: expect.any(String) })
    expect(plan.repo_url).toBe(json.repo_url)
    expect(json.page_count).toBe(plan.navigation.flatMap((group: { pages: unknown[] }) => group.pages).length)
  })

  test('is found by its paths, even with raw brackets, and by its generation id', async () => {
    const { project } = target
    for (const path of [
      `${project}/claude/${encoded}`,
      `${project}/claude/${model}`,
      `${project}/main/claude/${encoded}`,
      `${project}/main/claude/${model}/`,
      `by-id/${variant.generation_id}`,
    ]) {
      const { status, json } = await owner.get(`/api/projects/${path}${mine()}`)
      expect({ status, id: json.generation_id }).toEqual({ status: 200, id: variant.generation_id })
      expect(await owner.head(`/api/projects/${path}${mine()}`)).toMatchObject({ status: 200, text: '' })
    }
  })

  test('gets 404 if it does not exist or is not the caller’s', async () => {
    const stranger = await target.user()
    const { project } = target
    for (const [client, path, detail] of [
      [owner, `${project}/claude/none`, 'Not found'],
      [owner, `${project}/none/claude/${encoded}`, 'Not found'],
      [owner, 'no-such/claude/m/log', 'Not found'],
      [owner, 'no-such/claude/m/download', 'Not found'],
      [owner, 'no-such', "Project 'no-such' not found"],
      [owner, 'no-such/download', "No ready variant for 'no-such'"],
      [owner, 'by-id/00000000-0000-4000-8000-000000000000', 'Generation ID not found'],
      [stranger, `${project}/claude/${encoded}`, 'Not found'],
      [stranger, `${project}/claude/${encoded}${mine()}`, 'Not found'],
      [stranger, `${project}/claude/${encoded}/log`, 'Not found'],
      [stranger, `${project}/claude/${encoded}/download${mine()}`, 'Not found'],
      [stranger, project, `Project '${project}' not found`],
      [stranger, `${project}/download`, `No ready variant for '${project}'`],
      [stranger, `by-id/${variant.generation_id}`, 'Generation ID not found'],
    ] as const) {
      expect(await client.get(`/api/projects/${path}`), path).toMatchObject({ status: 404, json: { detail } })
    }
    const bad = await owner.get('/api/projects/by-id/no-uuid')
    expect(bad).toMatchObject({ status: 400, json: { detail: 'Invalid generation ID format' } })
  })

  test('of several owners gets 409 for another admin until the owner is named', async () => {
    const [one, two] = await Promise.all([target.user(), target.user()])
    const repo_url = `https://github.com/octocat/several-${Date.now()}`
    for (const user of [one, two]) await user.post('/api/generate', { repo_url, ai_model: 'm' })
    const path = `/api/projects/${repo_url.split('/').at(-1)}/claude/m`
    const detail = 'Multiple owners found for this variant, please specify owner'
    for (const action of ['', '/log', '/download']) {
      expect(await target.admin.get(path + action)).toMatchObject({ status: 409, json: { detail } })
    }
    expect((await target.admin.get(`${path}?owner=${two.username}`)).json.owner).toBe(two.username)
    expect((await one.get(path)).json.owner).toBe(one.username)
    for (const user of [one, two]) await user.post(`${path}/abort`)
  })

  test('has a log of its last generation', async () => {
    const log = await wholeLog(owner, `/api/projects/${target.project}/claude/${encoded}/log${mine()}`)
    expect(log.headers['content-type']).toBe('text/plain; charset=utf-8')
    expect(log.text).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z info {2}\S/)
    expect(log.text.split('\n').length).toBeGreaterThan(3)
  })
})

describe('a download', () => {
  test.each([
    ['/claude/<model>', `-claude-${model}`],
    ['/main/claude/<model>', `-main-claude-${model}`],
    ['', ''],
  ])('from …%s has a single top folder', async (path, suffix) => {
    const folder = target.project + suffix
    const address = `/api/projects/${target.project}${path.replace('<model>', encoded)}/download${mine()}`
    const reply = await owner.get(address)
    expect(reply.status).toBe(200)
    expect(reply.headers['content-type']).toBe('application/gzip')
    expect(reply.headers['content-encoding']).toBeUndefined()
    expect(reply.headers['content-disposition']).toContain(`filename="${folder}-docs.tar.gz"`)
    const files = await unpack(reply.bytes)
    expect([...files.keys()].every((name) => name.startsWith(`${folder}/`))).toBe(true)
    expect(files.get(`${folder}/index.html`)).toContain('<!')
    const head = await owner.head(address)
    expect(head.headers['content-disposition']).toBe(reply.headers['content-disposition'])
  })

  test('gets 400 if nothing was ever published', async () => {
    const path = `/api/projects/${target.project}/no-such-branch/claude/unfinished/download${mine()}`
    expect(await owner.get(path)).toMatchObject({ status: 400, json: { detail: 'Variant not ready' } })
  })
})

describe('a site', () => {
  const site = () => `/docs/${target.project}/claude/${encoded}`

  test('serves files with a content type and ETag, and 304 for a matching tag in any form', async () => {
    const start = await owner.get(`${site()}/${mine()}`)
    expect(start.status).toBe(200)
    expect(start.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(start.headers['x-robots-tag']).toBe('noindex')
    const etag = String(start.headers.etag)
    for (const tag of [etag, `W/${etag}`, `"x", ${etag}`, `"x",W/${etag} , "y"`, '*']) {
      const again = await owner.get(`${site()}/index.html${mine()}`, { headers: { 'If-None-Match': tag } })
      expect(again.status, tag).toBe(304)
      expect(again.headers.etag).toBe(etag)
    }
    for (const tag of ['"x"', etag.slice(1, -1), '']) {
      const again = await owner.get(`${site()}/${mine()}`, { headers: { 'If-None-Match': tag } })
      expect(again.status, tag).toBe(200)
    }
    const head = await owner.head(`${site()}/${mine()}`)
    expect(head.headers).toMatchObject({ etag, 'content-length': String(start.bytes.length) })
    const style = await owner.get(`/docs/${target.project}/main/claude/${model}/assets/style.css${mine()}`)
    expect(style.headers['content-type']).toBe('text/css; charset=utf-8')
  })

  test('redirects to the path with a trailing slash and keeps the query', async () => {
    for (const path of [site(), `/docs/${target.project}/main/claude/${encoded}`, `/docs/${target.project}`]) {
      expect((await owner.get(path)).headers.location).toBe(`${path}/`)
      const { status, headers } = await owner.get(`${path}?owner=a%20b&x=1&x=2`)
      expect({ status, location: headers.location }).toEqual({ status: 302, location: `${path}/?owner=a+b&x=1&x=2` })
    }
  })

  test('remembers its owner in a cookie that applies to this site only', async () => {
    const admin = target.admin
    const first = await admin.get(`${site()}/${mine()}`)
    const cookies = [first.headers['set-cookie'] ?? []].flat()
    const paths = cookies.map((cookie) => /Path=([^;]*)/.exec(cookie)?.[1])
    expect(paths).toEqual([`${site()}/`, `/docs/${target.project}/claude/${model}/`])
    const Cookie = String(cookies[0]?.split(';')[0])
    const rival = await admin.post('/api/generate', { ...target.source, ai_model: model })
    expect((await admin.settled(rival.json.generation_id)).status).toBe('ready')
    const ownersTag = (await admin.get(`${site()}/index.html${mine()}`)).headers.etag
    const adminsTag = (await admin.get(`${site()}/index.html?owner=admin`)).headers.etag
    expect(adminsTag).not.toBe(ownersTag)
    expect((await admin.get(`${site()}/index.html`)).headers.etag).toBe(adminsTag)
    expect((await admin.get(`${site()}/index.html`, { headers: { Cookie } })).headers.etag).toBe(ownersTag)
    const stated = await admin.get(`${site()}/index.html?owner=admin`, { headers: { Cookie } })
    expect(stated.headers.etag).toBe(adminsTag)
    const other = await admin.get(`/docs/${target.project}/main/claude/${encoded}/index.html`, { headers: { Cookie } })
    expect(other.headers.etag).toBe(adminsTag)
    const latest = await admin.get(`/docs/${target.project}/index.html`)
    expect(latest.headers.etag).toBe(adminsTag)
    expect((await admin.delete(`/api/projects/${target.project}/claude/${encoded}?owner=admin`)).status).toBe(200)
    expect((await admin.get(`/docs/${target.project}/index.html`)).headers.etag).toBe(ownersTag)
  })

  test('answers a browser that asks for a missing page with the site’s own page for that', async () => {
    for (const method of ['GET', 'HEAD']) {
      const reply = await owner.send(method, `${site()}/no-such.html${mine()}`, {
        headers: { Accept: 'text/html,*/*' },
      })
      expect(reply.status).toBe(404)
      expect(reply.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'x-robots-tag': 'noindex' })
      expect(reply.headers.etag).toBeUndefined()
      if (method === 'GET') expect(reply.text).toContain('Go to the start page')
    }
  })

  test.each([
    ['no/such.html', '../'],
    ['no/such/page.html', '../../'],
    ['assets/', '../'],
  ])('answers a browser that asks for %s with a page that leads to its start page', async (path, start) => {
    const reply = await owner.get(`${site()}/${path}${mine()}`, { headers: { Accept: 'text/html' } })
    expect(reply).toMatchObject({ status: 404, headers: { 'content-type': 'text/html; charset=utf-8' } })
    expect(reply.text).toContain(`<a href="${start}">Go to the start page</a>`)
    const other = await owner.get(`${site()}/${path}${mine()}`)
    expect(other).toMatchObject({ status: 404, json: { detail: 'File not found' } })
  })

  test.each([
    ['no-such.html', 404, 'File not found'],
    ['no/such/folder/', 404, 'File not found'],
    [`${'x'.repeat(2_000)}.html`, 404, 'File not found'],
    ['../index.html', 400, 'The path leaves the site'],
    ['%2e%2e/index.html', 400, 'The path leaves the site'],
    ['..%2findex.html', 400, 'The path leaves the site'],
    ['a%5c..%5cindex.html', 400, 'The path leaves the site'],
    ['./index.html', 400, 'The path leaves the site'],
    ['index.html%00', 400, 'The path leaves the site'],
  ])('rejects %s', async (path, status, detail) => {
    expect(await owner.get(`${site()}/${path}${mine()}`)).toMatchObject({ status, json: { detail } })
  })

  test('gets 404 if it does not exist or is not the caller’s', async () => {
    const stranger = await target.user()
    for (const [client, path, detail] of [
      [owner, '/docs/no-such/', 'No docs available'],
      [owner, '/docs/no-such/claude/m/', 'File not found'],
      [owner, `/docs/${target.project}/claude/${mine()}`, 'File not found'],
      [stranger, `${site()}/`, 'File not found'],
      [stranger, `${site()}/${mine()}`, 'File not found'],
      [stranger, `/docs/${target.project}/`, 'No docs available'],
    ] as const) {
      expect(await client.get(path), path).toMatchObject({ status: 404, json: { detail } })
      expect((await client.get(path)).headers['set-cookie']).toBeUndefined()
    }
  })

  test('redirects browsers to the login page, and answers other clients with 401', async () => {
    const page = await target.anonymous.send('GET', `${site()}/a%20b.html?x=1`, {
      headers: { Accept: 'text/html,*/*' },
    })
    expect(page.status).toBe(302)
    expect(page.headers.location).toBe(`/login?next=${encodeURIComponent(`${site()}/a%20b.html?x=1`)}`)
    expect((await target.anonymous.get(`${site()}/`)).status).toBe(401)
    const api = await target.anonymous.send('GET', '/api/status', { headers: { Accept: 'text/html' } })
    expect(api).toMatchObject({ status: 401, json: { detail: 'Unauthorized' } })
  })
})

describe('deleting', () => {
  test('removes what is named, unless it is missing, not the caller’s, or being generated', async () => {
    const [user, viewer] = await Promise.all([target.user(), target.user('viewer')])
    const name = `deleted-${Date.now()}`
    const repo_url = `https://github.com/octocat/${name}`
    for (const ai_model of ['a', 'b']) await user.post('/api/generate', { repo_url, ai_model })
    const [a, long, project] = [`${name}/claude/a`, `${name}/main/claude/a`, name].map(
      (path) => `/api/projects/${path}`,
    )
    const still = 'while generation is in progress. Abort'
    for (const [client, path, status, detail] of [
      [user, a, 409, `Cannot delete '${name}/claude/a' ${still} first.`],
      [user, long, 409, `Cannot delete '${name}/main/claude/a' ${still} first.`],
      [user, project, 409, `Cannot delete '${name}' ${still} running variants first.`],
      [user, `${a}?owner=admin`, 404, 'Variant not found'],
      [user, `${project}?owner=admin`, 404, `Project '${name}' not found`],
      [user, `${a}x`, 404, 'Variant not found'],
      [viewer, a, 403, 'Write access required.'],
      [target.anonymous, a, 401, 'Unauthorized'],
      [target.admin, `${a}?owner=admin`, 404, 'Variant not found'],
      [target.admin, `${project}?owner=`, 404, `Project '${name}' not found`],
      [target.admin, a, 400, OWNER_REQUIRED],
      [target.admin, project, 400, OWNER_REQUIRED],
    ] as const) {
      expect(await client?.delete(path ?? ''), path).toMatchObject({ status, json: { detail } })
    }
    for (const model of ['a', 'b']) await user.post(`/api/projects/${name}/claude/${model}/abort`)
    expect((await user.delete(long ?? '')).json).toEqual({ deleted: `${name}/main/claude/a` })
    expect((await user.get(a ?? '')).status).toBe(404)
    expect((await target.admin.delete(`${project}?owner=${user.username}`)).json).toEqual({ deleted: name })
    expect((await user.get(project ?? '')).status).toBe(404)
  })
})

const OWNER_REQUIRED =
  'Project owner is required for admin deletion. Use ?owner=username (or ?owner= for legacy projects)'

async function unpack(archive: Buffer): Promise<Map<string, string>> {
  const files = new Map<string, string>()
  const entries = Readable.from([archive]).pipe(createGunzip()).pipe(extract())
  for await (const entry of entries) files.set(entry.header.name, (await buffer(entry)).toString('utf8'))
  return files
}
