import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Endpoint } from '../../api/declare.ts'
import { endpointList, endpoints } from '../../api/endpoints.ts'
import { rememberGeneration } from '../../shared/aws/generation-ids.ts'
import { putGrant } from '../../shared/aws/grant-store.ts'
import { readRecord } from '../../shared/aws/records.ts'
import { putObject } from '../../shared/aws/site-store.ts'
import { planKeyOfSite } from '../../shared/object-keys.ts'
import { variantKey } from '../../shared/variant.ts'
import { type Gateways, startGateways } from '../support/gateways.ts'
import type { Reply } from './send.ts'
import { type Client, clientsOf, remote } from './target.ts'
import { beginVariant, makeVariant, variantOf } from './variant-makers.ts'

/** The statuses below are in this order. */
const callers = ['owner', 'other', 'granted viewer', 'granted user', 'viewer', 'admin user', 'admin key', 'anonymous']

/** What a row's requests address. It is recreated after a request that deletes it. */
interface Subject {
  name: string
  owner: string
  id: string
  user: string
}

type Id = keyof typeof endpoints
type Row = [
  Id,
  (subject: Subject) => string,
  found: string,
  none: string,
  foreign: string,
  body?: (subject: Subject) => object,
]

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
const anyone = (status: number): [string, string, string] => [Array(8).fill(status).join(' '), '', '']
const authenticated: [string, string, string] = ['200 200 200 200 200 200 200 401', '', '']

const variantPath = ({ name }: Subject) => `/${name}/claude/m`
const ofOwner = ({ owner }: Subject) => `?owner=${owner}`

/**
 * Expected statuses for three targets: the owner's project, which the granted callers may read; a project that doesn't exist; and a
 * stranger's project. All requests name the owner.
 */
const rows: Row[] = [
  ['variant', (subject) => `/api/projects${variantPath(subject)}${ofOwner(subject)}`, ...read],
  ['variantLog', (subject) => `/api/projects${variantPath(subject)}/log${ofOwner(subject)}`, ...read],
  ['variantDownload', (subject) => `/api/projects${variantPath(subject)}/download${ofOwner(subject)}`, ...read],
  ['project', (subject) => `/api/projects/${subject.name}${ofOwner(subject)}`, ...read],
  ['projectDownload', (subject) => `/api/projects/${subject.name}/download${ofOwner(subject)}`, ...read],
  ['variantSite', (subject) => `/docs${variantPath(subject)}/${ofOwner(subject)}`, ...read],
  ['projectSite', (subject) => `/docs/${subject.name}/${ofOwner(subject)}`, ...read],
  ['generationById', ({ id }) => `/api/projects/by-id/${id}`, ...read],
  ['deleteVariant', (subject) => `/api/projects${variantPath(subject)}${ofOwner(subject)}`, ...changed],
  ['deleteProject', (subject) => `/api/projects/${subject.name}${ofOwner(subject)}`, ...changed],
  ['abortVariant', (subject) => `/api/projects/${subject.name}/claude/active/abort${ofOwner(subject)}`, ...changed],
  ['abortProject', (subject) => `/api/projects/${subject.name}/abort${ofOwner(subject)}`, ...changed],
  [
    'prioritize',
    (subject) => `/api/projects/${subject.name}/claude/active/prioritize${ofOwner(subject)}`,
    ...administered,
  ],
  ['queue', () => '/api/admin/queue', administered[0], '', ''],
  ['drain', () => '/api/admin/drain', administered[0], '', ''],
  ['endDrain', () => '/api/admin/drain', administered[0], '', ''],
  ['listAccess', (subject) => `/api/admin/projects/${subject.name}/access${ofOwner(subject)}`, ...administered],
  [
    'grantAccess',
    ({ name }) => `/api/admin/projects/${name}/access`,
    ...administered,
    ({ owner, user }) => ({ username: user, owner }),
  ],
  [
    'revokeAccess',
    (subject) => `/api/admin/projects/${subject.name}/access/${subject.user}${ofOwner(subject)}`,
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
  ['status', () => '/api/status', ...authenticated],
  ['cost', () => '/api/cost', ...authenticated],
  ['me', () => '/api/auth/me', ...authenticated],
  ['openapi', () => '/api/openapi.json', ...authenticated],
  ['rotateKey', () => '/api/me/rotate-key', '400 400 400 400 400 400 400 401', '', '', () => ({ new_key: 'short' })],
  ['health', () => '/health', ...anyone(200)],
  ['refreshModels', () => '/api/models/refresh', administered[0], '', ''],
  ['models', () => '/api/models', ...anyone(200)],
  ['login', () => '/api/auth/login', ...anyone(401), () => ({ username: 'nobody', api_key: 'wrong' })],
  ['loginPage', () => '/login', ...anyone(200)],
  ['submitLogin', () => '/login', ...anyone(401)],
  ['logout', () => '/api/auth/logout', ...anyone(200)],
  ['logoutPage', () => '/logout', ...anyone(302)],
  ['dashboardPage', () => '/', '200 200 200 200 200 200 200 302', '', ''],
  ['dashboardFile', () => '/assets/none.js', ...anyone(404)],
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

/** Makes a project with a published site (for aborts and priorities, also an active generation) and a user for the admin endpoints. */
async function make(id: Id, owner: string, granted: boolean): Promise<Subject> {
  const { table, bucket } = gateways
  const name = newName()
  const variant = variantOf(owner, 'm', name)
  await makeVariant(table, variant)
  if (id.startsWith('abort') || id === 'prioritize') await beginVariant(table, variantOf(owner, 'active', name))
  const record = await readRecord(table, variantKey(variant))
  if (record) await rememberGeneration(table, record.key, { ...record, queuedAt: record.createdAt })
  const prefix = record?.published?.prefix ?? ''
  await putObject(bucket, `${prefix}index.html`, '<!doctype html>', 'text/html; charset=utf-8')
  await putObject(bucket, planKeyOfSite(prefix), '{"project_name":"p"}', 'application/json')
  const grantees = granted ? [clients[2], clients[3]] : []
  for (const grantee of grantees) await putGrant(table, grantee?.username ?? '', { owner, name })
  return { name, owner, id: record?.generationId ?? '', user: (await newUser()).username }
}

const nothing = (owner: string): Subject => ({
  name: newName(),
  owner,
  id: randomUUID(),
  user: `no-${count}-such-user`,
})

test('every endpoint is in the access matrix', () => {
  expect(rows.map(([id]) => id).toSorted()).toEqual(Object.keys(endpoints).toSorted())
  expect(endpointList).toHaveLength(rows.length)
})

test.skipIf(remote).for(rows)(
  '%s: every caller gets the expected status',
  async ([id, path, found, none, foreign, body], { expect: expected }) => {
    const { method, who }: Endpoint = endpoints[id]
    const owner = clients[0]?.username ?? ''
    const stranger = (await newUser()).username
    const subjects = {
      found: await make(id, owner, true),
      none: nothing(owner),
      foreign: await make(id, stranger, false),
    }
    const seen = { found: [] as Reply[], none: [] as Reply[], foreign: [] as Reply[] }
    for (const [index, client] of clients.entries()) {
      // If the previous caller was allowed to delete it, make a new one for the next caller.
      if (isGone(found, index)) subjects.found = await make(id, owner, true)
      if (isGone(foreign, index)) subjects.foreign = await make(id, stranger, false)
      for (const column of ['found', 'none', 'foreign'] as const) {
        const subject = subjects[column]
        const request = body ? { body: body(subject) } : {}
        seen[column].push(await client.send(method, path(subject), request))
      }
    }
    function isGone(column: string, index: number): boolean {
      return method !== 'GET' && who !== 'public' && none !== '' && column.split(' ')[index - 1] === '200'
    }
    const statuses = (replies: Reply[]) => replies.map(({ status }) => status).join(' ')
    expected(statuses(seen.found), `${id}: found, by ${callers}`).toBe(found)
    if (none) expected(statuses(seen.none), `${id}: not found, by ${callers}`).toBe(none)
    if (foreign) expected(statuses(seen.foreign), `${id}: a stranger's, by ${callers}`).toBe(foreign)
    for (const [index, caller] of callers.entries()) {
      if (!none || foreign.split(' ')[index] === '200') continue
      const answers = [seen.none[index], seen.foreign[index]].map((reply) =>
        visible(reply, [subjects.none, subjects.foreign]),
      )
      expected(answers[1], `${id}: ${caller} cannot tell a stranger's project from a missing one`).toEqual(answers[0])
    }
  },
)

/** The parts of a reply that must be equal, including its size, as all names have the same length. */
function visible(reply: Reply | undefined, subjects: Subject[]) {
  const { date: _, 'x-amzn-requestid': __, ...headers } = reply?.headers ?? {}
  let text = reply?.text ?? ''
  for (const { name, owner } of subjects) text = text.replaceAll(name, '<name>').replaceAll(owner, '<owner>')
  return { status: reply?.status, headers, text: text.replaceAll(/project-\d{4}/g, '<name>') }
}

test.skipIf(remote)("granted projects don't count in the grantee's totals", async () => {
  const subject = await make('status', clients[0]?.username ?? '', true)
  const { json } = (await clients[3]?.get('/api/status')) ?? {}
  expect(json.projects.map(({ name }: { name: string }) => name)).toContain(subject.name)
  expect(json).toMatchObject({ known_models: {}, known_branches: {}, total_cost_usd: 0 })
  expect((await clients[3]?.get('/api/cost'))?.json).toEqual({ total_cost_usd: 0 })
})
