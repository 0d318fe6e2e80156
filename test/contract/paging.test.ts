import { afterAll, beforeAll, expect, test } from 'vitest'
import { putGrant, removeGrant } from '../../shared/aws/grant-store.ts'
import { transition } from '../../shared/aws/variant-store.ts'
import { type Gateways, startGateways } from '../support/gateways.ts'
import { launched } from '../support/launched.ts'
import { type Client, clientsOf, remote } from './target.ts'
import { beginVariant, makeFailed, makeVariant, removeVariant, variantOf } from './variant-makers.ts'

const MANY = 800
/** Long enough that {@link MANY} variants don't fit in one reply. */
const LONG_MESSAGE = 'no luck '.repeat(800)
const modelAt = (index: number) => `m${index}`

let gateways: Gateways
let admin: Client
let user: () => Promise<Client & { username: string }>
let owner: Client & { username: string }

beforeAll(async () => {
  if (remote) return
  gateways = await startGateways()
  const clients = await clientsOf(gateways.urls[0] ?? '', gateways.adminKey)
  admin = clients.admin
  user = () => clients.user()
  owner = await user()
  await makeFailed(
    gateways.table,
    Array.from({ length: MANY }, (_, index) => variantOf(owner.username, modelAt(index))),
    LONG_MESSAGE,
  )
})
afterAll(async () => await gateways?.[Symbol.asyncDispose]())

interface Page {
  projects: { ai_model: string; owner: string; updated_at: string }[]
  next_cursor?: string
}

async function readAll(
  client: Client,
  limit: string,
  betweenPages: (page: number) => Promise<void> = async () => undefined,
) {
  const pages: Page[] = []
  for (let cursor: string | undefined; ; ) {
    const query = [limit, cursor && `cursor=${cursor}`].filter(Boolean).join('&')
    const { json } = await client.get(`/api/status?${query}`)
    pages.push(json)
    cursor = json.next_cursor
    if (!cursor) return pages
    await betweenPages(pages.length)
  }
}

const modelsIn = (pages: Page[]) => pages.flatMap(({ projects }) => projects.map(({ ai_model }) => ai_model))

test.skipIf(remote)(
  'under concurrent writes, unchanged variants appear exactly once and changed ones at most once',
  async () => {
    const changed = new Set<string>()
    const { table } = gateways
    // Between pages, change some variants that were listed and some that were not, delete some and add some.
    const write = async (page: number) => {
      const touched = [page, MANY / 2 + page, MANY - page].map(modelAt)
      for (const model of touched) changed.add(model)
      await Promise.all(touched.map((model) => makeVariant(table, variantOf(owner.username, model))))
      changed.add(modelAt(page + MANY / 4))
      await removeVariant(table, variantOf(owner.username, modelAt(page + MANY / 4)))
      await makeVariant(table, variantOf(owner.username, `new${page}`))
    }
    const pages = await readAll(owner, 'limit=60', write)
    expect(pages.length).toBeGreaterThan(10)
    const seen = Map.groupBy(modelsIn(pages), (model) => model)
    for (const [model, times] of seen) expect(times, model).toHaveLength(1)
    const expected = Array.from({ length: MANY }, (_, index) => modelAt(index)).filter((model) => !changed.has(model))
    expect(expected.length).toBeGreaterThan(MANY - 100)
    expect(expected.filter((model) => !seen.has(model))).toEqual([])
    const times = pages.flatMap(({ projects }) => projects.map(({ updated_at }) => updated_at))
    expect(times).toEqual(times.toSorted().toReversed())
  },
)

test.skipIf(remote)("an admin's list that does not fit in one reply has every variant exactly once", async () => {
  const inOne = await readAll(admin, '')
  expect(inOne.length).toBeGreaterThan(1)
  for (const page of inOne) expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThanOrEqual(4_000_000)
  const models = modelsIn(inOne)
  expect(new Set(models).size).toBe(models.length)
  const own = modelsIn(await readAll(owner, 'limit=1000'))
  expect(models.toSorted()).toEqual(own.toSorted())
})

test.skipIf(remote)(
  'the tag changes with any change, deletion or grant, even far down the list, and an unchanged list gets 304',
  async () => {
    const { table } = gateways
    const poll = async (client: Client, tag: string, query = '?limit=10') =>
      (await client.get(`/api/status${query}`, { headers: { 'If-None-Match': tag } })).status
    const tagOf = async (client: Client, query = '?limit=10') => {
      const { status, headers } = await client.get(`/api/status${query}`)
      expect(status).toBe(200)
      return String(headers.etag)
    }
    const [few, reader] = [await user(), await user()]
    await makeVariant(table, variantOf(few.username, 'old', 'below'))
    const buried = await beginVariant(table, variantOf(few.username, 'buried', 'buried'))
    await makeFailed(
      table,
      Array.from({ length: 150 }, (_, index) => variantOf(few.username, `m${index}`)),
    )
    for (const name of ['name', 'buried']) await putGrant(table, reader.username, { owner: few.username, name })
    const changes = [
      () => makeVariant(table, variantOf(few.username, 'm3')),
      () => removeVariant(table, variantOf(few.username, 'm1')),
      () => transition(table, 'launch', buried, launched()),
      () => transition(table, 'fail', buried, { errorMessage: 'no luck' }),
      () =>
        makeFailed(
          table,
          Array.from({ length: 110 }, (_, index) => variantOf(few.username, `above${index}`)),
        ),
      () => putGrant(table, reader.username, { owner: few.username, name: 'below' }),
      () => removeGrant(table, reader.username, { owner: few.username, name: 'below' }),
    ]
    for (const change of changes) {
      const whole = await tagOf(reader, '')
      expect(await poll(reader, whole, '')).toBe(304)
      await change()
      expect(await poll(reader, whole, '')).toBe(200)
    }
    for (const client of [admin, few]) {
      const tag = await tagOf(client)
      expect(await poll(client, tag)).toBe(304)
      await makeVariant(table, variantOf(few.username, 'm3'))
      expect(await poll(client, tag)).toBe(200)
    }
  },
)

test.skipIf(remote)(
  'a granted project can be read in the list and everywhere else until the grant is revoked',
  async () => {
    const { table } = gateways
    const [granter, viewer] = [await user(), await user()]
    const theirs = variantOf(granter.username, 'granted/model', 'granted')
    await makeVariant(table, theirs)
    await makeVariant(table, variantOf(granter.username, 'other', 'private'))
    const path = '/api/projects/granted/claude/granted%2Fmodel'
    const before = String((await viewer.get('/api/status')).headers.etag)
    expect((await viewer.get(path)).status).toBe(404)
    await putGrant(table, viewer.username, { owner: granter.username, name: 'granted' })
    const listed = await viewer.get('/api/status', { headers: { 'If-None-Match': before } })
    expect(listed.json.projects).toMatchObject([{ owner: granter.username, name: 'granted' }])
    expect(listed.json).toMatchObject({ known_models: {}, known_branches: {}, total_cost_usd: 0 })
    for (const query of ['', `?owner=${granter.username}`]) {
      expect((await viewer.get(path + query)).json.owner).toBe(granter.username)
      expect((await viewer.get(`${path}/log${query}`)).status).toBe(200)
      expect((await viewer.get(`/api/projects/granted${query}`)).json.variants).toHaveLength(1)
      expect((await viewer.get(`/api/projects/private${query}`)).status).toBe(404)
      expect((await viewer.post(`${path}/abort${query}`)).status).toBe(404)
      expect((await viewer.delete(path + query)).status).toBe(404)
      expect((await viewer.delete(`/api/projects/granted${query}`)).status).toBe(404)
    }
    await removeGrant(table, viewer.username, { owner: granter.username, name: 'granted' })
    expect((await viewer.get(path)).status).toBe(404)
    const after = await viewer.get('/api/status', { headers: { 'If-None-Match': String(listed.headers.etag) } })
    expect(after).toMatchObject({ status: 200, json: { projects: [] } })
  },
)
