import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Endpoint } from '../../api/declare.ts'
import { endpointList, endpoints } from '../../api/endpoints.ts'
import { putGrant } from '../../shared/aws/grant-store.ts'
import { putObject } from '../../shared/aws/site-store.ts'
import { readRecord, rememberGeneration } from '../../shared/aws/variant-store.ts'
import { planKeyOfSite } from '../../shared/object-keys.ts'
import { variantKey } from '../../shared/variant.ts'
import { type Gateways, startGateways } from '../support/gateways.ts'
import type { Reply } from './send.ts'
import { type Client, clientsOf, remote } from './target.ts'
import { beginVariant, makeVariant, variantOf } from './variant-makers.ts'

/** The statuses below are in this order. */
const callers = ['owner', 'other', 'granted viewer', 'granted user', 'viewer', 'database admin', 'admin key', 'nobody']

/** What a row's requests address. It is made anew after a request that deletes it. */
interface Thing {
  name: string
  owner: string
  id: string
  user: string
}

type Id = keyof typeof endpoints
type Row = [Id, (thing: Thing) => string, found: string, none: string, elses: string, body?: (thing: Thing) => object]

const read: [string, string, string] = [
  '200 404 200 200 404 200 200 401',
  '404 404 404 404 404 404 404 401',
  '404 404 404 404 404 200 200 401',
]
const changed: [string, string, string] = [
  '200 404 403 404 403 200 200 401',
  '404 404 403 404 403 404 404 401',
  '404 404 403 404 403 200 200 401',
]
const administered: [string, string, string] = [
  '403 403 403 403 403 200 200 401',
  '403 403 403 403 403 404 404 401',
  '403 403 403 403 403 200 200 401',
]
const everybody = (status: number): [string, string, string] => [Array(8).fill(status).join(' '), '', '']
const known: [string, string, string] = ['200 200 200 200 200 200 200 401', '', '']

const variantPath = ({ name }: Thing) => `/${name}/claude/m`
const whose = ({ owner }: Thing) => `?owner=${owner}`

/**
 * Expected statuses for three targets: the owner's project, which the granted callers may read; a project that doesn't exist; and a
 * stranger's project. All requests name the owner.
 */
const rows: Row[] = [
  ['variant', (thing) => `/api/projects${variantPath(thing)}${whose(thing)}`, ...read],
  ['variantLog', (thing) => `/api/projects${variantPath(thing)}/log${whose(thing)}`, ...read],
  ['variantDownload', (thing) => `/api/projects${variantPath(thing)}/download${whose(thing)}`, ...read],
  ['project', (thing) => `/api/projects/${thing.name}${whose(thing)}`, ...read],
  ['projectDownload', (thing) => `/api/projects/${thing.name}/download${whose(thing)}`, ...read],
  ['variantSite', (thing) => `/docs${variantPath(thing)}/${whose(thing)}`, ...read],
  ['projectSite', (thing) => `/docs/${thing.name}/${whose(thing)}`, ...read],
  ['generationById', ({ id }) => `/api/projects/by-id/${id}`, ...read],
  ['deleteVariant', (thing) => `/api/projects${variantPath(thing)}${whose(thing)}`, ...changed],
  ['deleteProject', (thing) => `/api/projects/${thing.name}${whose(thing)}`, ...changed],
  ['abortVariant', (thing) => `/api/projects/${thing.name}/claude/active/abort${whose(thing)}`, ...changed],
  ['abortProject', (thing) => `/api/projects/${thing.name}/abort${whose(thing)}`, ...changed],
  ['listAccess', (thing) => `/api/admin/projects/${thing.name}/access${whose(thing)}`, ...administered],
  [
    'grantAccess',
    ({ name }) => `/api/admin/projects/${name}/access`,
    ...administered,
    ({ owner, user }) => ({ username: user, owner }),
  ],
  [
    'revokeAccess',
    (thing) => `/api/admin/projects/${thing.name}/access/${thing.user}${whose(thing)}`,
    administered[0],
    administered[0],
    administered[2],
  ],
  ['rotateKeyOf', ({ user }) => `/api/admin/users/${user}/rotate-key`, ...administered],
  ['deleteUser', ({ user }) => `/api/admin/users/${user}`, ...administered],
  ['createUser', () => '/api/admin/users', '403 403 403 403 403 400 400 401', '', ''],
  ['listUsers', () => '/api/admin/users', administered[0], '', ''],
  ['settings', () => '/api/admin/settings', administered[0], '', ''],
  [
    'generate',
    () => '/api/generate',
    '202 202 403 202 403 202 202 401',
    '',
    '',
    () => ({ repo_url: 'https://github.com/group/new', ai_model: randomUUID() }),
  ],
  ['status', () => '/api/status', ...known],
  ['cost', () => '/api/cost', ...known],
  ['me', () => '/api/auth/me', ...known],
  ['openapi', () => '/api/openapi.json', ...known],
  ['rotateKey', () => '/api/me/rotate-key', '400 400 400 400 400 400 400 401', '', '', () => ({ new_key: 'short' })],
  ['health', () => '/health', ...everybody(200)],
  ['refreshModels', () => '/api/models/refresh', administered[0], '', ''],
  ['models', () => '/api/models', ...everybody(200)],
  ['login', () => '/api/auth/login', ...everybody(401), () => ({ username: 'nobody', api_key: 'wrong' })],
  ['loginPage', () => '/login', ...everybody(200)],
  ['submitLogin', () => '/login', ...everybody(401)],
  ['logout', () => '/api/auth/logout', ...everybody(200)],
  ['logoutPage', () => '/logout', ...everybody(302)],
]

let gateways: Gateways
let clients: (Client & { username?: string })[]
let admin: Client
let newUser: () => Promise<{ username: string }>
beforeAll(async () => {
  if (remote) return
  gateways = await startGateways()
  const { user, as, admin: holder } = await clientsOf(gateways.urls[0] ?? '', gateways.adminKey)
  admin = holder
  newUser = () => user()
  const roles = ['user', 'user', 'viewer', 'user', 'viewer', 'admin'] as const
  clients = [...(await Promise.all(roles.map((role) => user(role)))), admin, as('')]
})
afterAll(async () => await gateways?.[Symbol.asyncDispose]())

let count = 1_000
/** All names have the same length. */
const newName = () => `project-${++count}`

/** Makes a project with a published site (for aborts, also an active generation) and a user for the admin endpoints. */
async function make(id: Id, owner: string, granted: boolean): Promise<Thing> {
  const { table, bucket } = gateways
  const name = newName()
  const variant = variantOf(owner, 'm', name)
  await makeVariant(table, variant)
  if (id.startsWith('abort')) await beginVariant(table, variantOf(owner, 'active', name))
  const record = await readRecord(table, variantKey(variant))
  if (record) await rememberGeneration(table, record.key, { ...record, queuedAt: record.createdAt })
  const prefix = record?.published?.prefix ?? ''
  await putObject(bucket, `${prefix}index.html`, '<!doctype html>', 'text/html; charset=utf-8')
  await putObject(bucket, planKeyOfSite(prefix), '{"project_name":"p"}', 'application/json')
  const grantees = granted ? [clients[2], clients[3]] : []
  for (const grantee of grantees) await putGrant(table, grantee?.username ?? '', { owner, name })
  return { name, owner, id: record?.generationId ?? '', user: (await newUser()).username }
}

const nothing = (owner: string): Thing => ({ name: newName(), owner, id: randomUUID(), user: `no-${count}-such-user` })

test('every endpoint is in the access matrix', () => {
  expect(rows.map(([id]) => id).toSorted()).toEqual(Object.keys(endpoints).toSorted())
  expect(endpointList).toHaveLength(rows.length)
})

test.skipIf(remote).for(rows)(
  '%s: every caller gets the expected status',
  async ([id, path, found, none, elses, body], { expect: expected }) => {
    const { method, who }: Endpoint = endpoints[id]
    const owner = clients[0]?.username ?? ''
    const stranger = (await newUser()).username
    const things = { found: await make(id, owner, true), none: nothing(owner), elses: await make(id, stranger, false) }
    const seen = { found: [] as Reply[], none: [] as Reply[], elses: [] as Reply[] }
    for (const [index, client] of clients.entries()) {
      // If the previous caller was allowed to delete it, make a new one for the next caller.
      if (isGone(found, index)) things.found = await make(id, owner, true)
      if (isGone(elses, index)) things.elses = await make(id, stranger, false)
      for (const column of ['found', 'none', 'elses'] as const) {
        const thing = things[column]
        const request = body ? { body: body(thing) } : {}
        seen[column].push(await client.send(method, path(thing), request))
      }
    }
    function isGone(column: string, index: number): boolean {
      return method !== 'GET' && who !== 'public' && none !== '' && column.split(' ')[index - 1] === '200'
    }
    const statuses = (replies: Reply[]) => replies.map(({ status }) => status).join(' ')
    expected(statuses(seen.found), `${id}: found, by ${callers}`).toBe(found)
    if (none) expected(statuses(seen.none), `${id}: not found, by ${callers}`).toBe(none)
    if (elses) expected(statuses(seen.elses), `${id}: a stranger's, by ${callers}`).toBe(elses)
    for (const [index, caller] of callers.entries()) {
      if (!none || elses.split(' ')[index] === '200') continue
      const answers = [seen.none[index], seen.elses[index]].map((reply) => visible(reply, [things.none, things.elses]))
      expected(answers[1], `${id}: ${caller} cannot tell a stranger's project from a missing one`).toEqual(answers[0])
    }
  },
)

/** The parts of a reply that must be equal, including its size, as all names have the same length. */
function visible(reply: Reply | undefined, things: Thing[]) {
  const { date: _, 'x-amzn-requestid': __, ...headers } = reply?.headers ?? {}
  let text = reply?.text ?? ''
  for (const { name, owner } of things) text = text.replaceAll(name, '<name>').replaceAll(owner, '<owner>')
  return { status: reply?.status, headers, text: text.replaceAll(/project-\d{4}/g, '<name>') }
}

test.skipIf(remote)("granted projects don't count in the grantee's totals", async () => {
  const thing = await make('status', clients[0]?.username ?? '', true)
  const { json } = (await clients[3]?.get('/api/status')) ?? {}
  expect(json.projects.map(({ name }: { name: string }) => name)).toContain(thing.name)
  expect(json).toMatchObject({ known_models: {}, known_branches: {}, total_cost_usd: 0 })
  expect((await clients[3]?.get('/api/cost'))?.json).toEqual({ total_cost_usd: 0 })
})
