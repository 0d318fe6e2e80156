import { afterAll, beforeAll, expect, test } from 'vitest'
import { listVariants } from '../../functions/variants/list.ts'
import { putGrant, removeGrant } from '../../shared/aws/grant-store.ts'
import { move } from '../../shared/aws/variant-store.ts'
import { type Gateways, startGateways } from '../support/gateways.ts'
import { type Client, clientsOf, remote } from './target.ts'
import { beginVariant, makeFailed, makeVariant, removeVariant, variantOf } from './variant-makers.ts'

const MANY = 5_000
/** Long enough that they do not all fit one reply. */
const modelAt = (index: number) => `m${index}-${'x'.repeat(200)}`

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
  )
}, 300_000)
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
  'while others write, what did not change comes exactly once, what changed at most once',
  async () => {
    const changed = new Set<string>()
    const { table } = gateways
    // Between any two pages: some that were shown change, some that were not, some go, some are new.
    const write = async (page: number) => {
      const touched = [page, MANY / 2 + page, MANY - page].map(modelAt)
      for (const model of touched) changed.add(model)
      await Promise.all(touched.map((model) => makeVariant(table, variantOf(owner.username, model))))
      changed.add(modelAt(page + 1_000))
      await removeVariant(table, variantOf(owner.username, modelAt(page + 1_000)))
      await makeVariant(table, variantOf(owner.username, `new${page}`))
    }
    const pages = await readAll(owner, 'limit=400', write)
    expect(pages.length).toBeGreaterThan(10)
    const seen = Map.groupBy(modelsIn(pages), (model) => model)
    for (const [model, times] of seen) expect(times, model).toHaveLength(1)
    const expected = Array.from({ length: MANY }, (_, index) => modelAt(index)).filter((model) => !changed.has(model))
    expect(expected.length).toBeGreaterThan(MANY - 100)
    expect(expected.filter((model) => !seen.has(model))).toEqual([])
    const times = pages.flatMap(({ projects }) => projects.map(({ updated_at }) => updated_at))
    expect(times).toEqual(times.toSorted().toReversed())
  },
  120_000,
)

test.skipIf(remote)(
  "an admin's list over everybody keeps the same promise, and so does what does not fit one reply",
  async () => {
    const inOne = await readAll(admin, '')
    expect(inOne.length).toBeGreaterThan(1)
    for (const page of inOne) expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(4_000_100)
    const models = modelsIn(inOne)
    expect(new Set(models).size).toBe(models.length)
    const own = modelsIn(await readAll(owner, 'limit=1000'))
    expect(models.toSorted()).toEqual(own.toSorted())
  },
  120_000,
)

test.skipIf(remote)(
  'an unchanged list is told by its newest records, and a change, a deletion or a grant far below them shows',
  async () => {
    const { table } = gateways
    const poll = async (client: Client, tag: string, query = '?limit=10') =>
      (await client.get(`/api/status${query}`, { headers: { 'If-None-Match': tag } })).status
    const tagOf = async (client: Client) => String((await client.get('/api/status?limit=10')).headers.etag)
    const few = await user()
    await makeFailed(
      table,
      Array.from({ length: 150 }, (_, index) => variantOf(few.username, `m${index}`)),
    )
    for (const client of [admin, few]) {
      const tag = await tagOf(client)
      expect(await poll(client, tag)).toBe(304)
      await makeVariant(table, variantOf(few.username, 'm3'))
      expect(await poll(client, tag)).toBe(200)
    }
    const whole = await tagOf(few)
    expect((await few.delete('/api/projects/name/claude/m1')).status).toBe(200)
    expect(await poll(few, whole)).toBe(200)
    for (const client of [admin, few]) expect(await poll(client, await tagOf(client))).toBe(304)
    const buried = await beginVariant(table, variantOf(few.username, 'buried'))
    await makeFailed(
      table,
      Array.from({ length: 120 }, (_, index) => variantOf(few.username, `above${index}`)),
    )
    const tag = await tagOf(few)
    expect(await poll(few, tag)).toBe(304)
    await move(table, 'launch', buried, { launchedAt: new Date().toISOString() })
    expect(await poll(few, await tagOf(few))).toBe(304)
    expect(await poll(few, tag, '?limit=1000')).toBe(200)
  },
)

test.skipIf(remote)(
  'a grant shows what it grants, in the list and everywhere it can be read, and takes it away again',
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

test.skipIf(remote)(
  'an unchanged list of thousands costs one short query beside the grants, the last deletion and the sum of costs',
  async () => {
    const { table, bucket } = gateways
    const caller = { username: owner.username, role: 'user' as const }
    const { etag } = await listVariants({ table, bucket }, caller, {})
    const asked: { name: string | undefined; items: number }[] = []
    table.client.middlewareStack.add(
      (next, context) => async (args) => {
        const result = await next(args)
        const { Items = [] } = result.output as { Items?: unknown[] }
        asked.push({ name: context.commandName, items: Items.length })
        return result
      },
      { step: 'initialize', name: 'note' },
    )
    const again = await listVariants({ table, bucket }, caller, { ifNoneMatch: etag })
    table.client.middlewareStack.remove('note')
    expect(again.page).toBeUndefined()
    const names = asked.map(({ name }) => name).toSorted()
    expect(names).toEqual(['GetItemCommand', 'GetItemCommand', 'QueryCommand', 'QueryCommand'])
    expect(Math.max(...asked.map(({ items }) => items))).toBe(100)
  },
)
