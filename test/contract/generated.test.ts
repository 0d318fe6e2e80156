import { ScanCommand } from '@aws-sdk/lib-dynamodb'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { endpointList } from '../../api/endpoints.ts'
import { type Gateways, startGateways } from '../support/gateways.ts'
import { type Client, clientsOf, remote } from './target.ts'

let gateways: Gateways
let clients: Client[]
const accepted: string[] = []

beforeAll(async () => {
  if (remote) return
  gateways = await startGateways()
  const { admin, user, as } = await clientsOf(gateways.urls[0] ?? '', gateways.adminKey)
  clients = [admin, admin, await user(), await user('viewer'), as('')]
})
afterAll(async () => await gateways?.[Symbol.asyncDispose]())

const oneOf = <T>(...values: T[]) => fc.constantFrom(...values)
const odd = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 400 }),
  oneOf(
    '',
    '.',
    '..',
    '...',
    '/',
    '%',
    '%2F',
    '%00',
    'claude',
    'abort',
    'main',
    'by-id',
    'download',
    '[1m]',
    '\0',
    '😀',
    '-x',
  ),
)

/** A field that is valid most of the time, and otherwise anything. */
const field = (...right: unknown[]) =>
  fc.oneof(
    { weight: 6, arbitrary: oneOf<unknown>(...right) },
    { weight: 1, arbitrary: fc.oneof(odd, fc.jsonValue(), fc.double()) },
  )
const host = oneOf(
  'github.com',
  'git.example.invalid',
  'localhost',
  '127.1',
  '0x7f000001',
  '[::1]',
  '10.0.0.1:8080',
  'a.b.',
)
const address = fc
  .tuple(
    oneOf('https://', 'http://', 'git@', 'ssh://', ''),
    host,
    oneOf('/', ':', '//'),
    odd,
    oneOf('/n', '/n.git', '', '/'),
  )
  .map((parts) => parts.join(''))
const goodBody = fc.record(
  {
    repo_url: fc.oneof(
      { weight: 4, arbitrary: oneOf('https://github.com/g/n', 'git@example.invalid:g/n.git') },
      { weight: 1, arbitrary: address },
    ),
    repo_path: field('/no/such/place', '/', null),
    ai_provider: field('claude', 'gemini', 'cursor', null),
    ai_model: field('m', 'claude-opus-4-6[1m]', 'a/b', '', null),
    ai_cli_timeout: field(1, 60, 1e9, 0, -1, null),
    force: field(true, false, null),
    branch: field('main', 'feature/x', 'dev', null),
    repo_type: field('app', 'library', null),
    instructions: field('For beginners.', '', null),
    unknown: fc.jsonValue(),
  },
  { requiredKeys: [] },
)
const mostlyOneSource = goodBody.map(({ repo_path, ...rest }) =>
  rest.repo_url === undefined ? { ...rest, repo_path } : rest,
)
const body = fc.oneof(
  { weight: 6, arbitrary: mostlyOneSource.map((value) => JSON.stringify(value)) },
  { weight: 2, arbitrary: goodBody.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: odd },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
)

/** Declared paths with arbitrary parameters, and undeclared paths. Rotations are left out, since they would invalidate the callers' keys. */
const paths = endpointList.flatMap((endpoint) => endpoint.paths.filter((each) => !each.endsWith('/rotate-key')))
const declared = fc
  .tuple(oneOf(...paths), fc.array(odd, { minLength: 6, maxLength: 6 }))
  .map(([path, values]) => path.replaceAll(/\{[^}]+\}/g, () => encodeURIComponent((values.pop() ?? '').toWellFormed())))
const raw = fc
  .tuple(oneOf('/', '/api/', '/api/projects/', '/docs/', '/health'), odd)
  .map((parts) => sendable(parts.join('')))
const path = fc.oneof({ weight: 4, arbitrary: declared }, { weight: 1, arbitrary: raw })
const query = fc.oneof(
  oneOf('', '?owner=admin', '?limit=3', '?cursor=W10', '?owner='),
  odd.map((text) => `?${sendable(text)}`),
)

/** Encodes what Node's client refuses to send in a request line. */
const sendable = (text: string): string =>
  text.replaceAll(/[^\x21-\x7e]|#/gu, (character) => encodeURIComponent(character.toWellFormed()))

const call = fc.record({
  who: fc.nat({ max: 4 }),
  method: oneOf('GET', 'GET', 'HEAD', 'POST', 'POST', 'DELETE', 'PUT', 'OPTIONS'),
  target: fc.tuple(path, query).map(([where, what]) => where + what),
  body: fc.option(body, { nil: undefined }),
  type: oneOf('application/json', 'text/plain', 'application/octet-stream', 'multipart/form-data; boundary=x', ''),
})
const generateCall = call.map((any) => ({ ...any, method: 'POST', target: '/api/generate', body: any.body ?? '{}' }))

test.skipIf(remote)(
  'none of 2,000 random requests gets a 5xx or no reply, and rejected ones store nothing',
  async () => {
    const before = await stored()
    let sent = 0
    const some = fc.array(fc.oneof(call, generateCall), { minLength: 4, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(some, async (calls) => {
        sent += calls.length
        await Promise.all(calls.map(ask))
      }),
      { numRuns: 500, endOnFailure: true },
    )
    expect(sent).toBe(2_000)
    expect(accepted.length).toBeGreaterThan(20)
    const after = await stored()
    const added = after.filter((key) => !before.includes(key))
    expect(added.filter((key) => key.startsWith('GENERATION#')).toSorted()).toEqual(
      accepted.map((id) => `GENERATION#${id}`).toSorted(),
    )
    const kinds = Object.groupBy(added, (key) => key.split('#')[0] ?? '')
    expect(Object.keys(kinds).toSorted()).toEqual(
      ['CHANGES', 'CLEANUP', 'FAILURES', 'GENERATION', 'KEY', 'TURNS', 'USER', 'VARIANT', 'WAITING'].filter(
        (kind) => kind in kinds,
      ),
    )
    expect(kinds.VARIANT?.length ?? 0).toBeLessThanOrEqual(accepted.length)
    expect(kinds.WAITING?.length ?? 0).toBeLessThanOrEqual(accepted.length)
  },
)

async function ask({ who, method, target, body, type }: typeof call extends fc.Arbitrary<infer Call> ? Call : never) {
  const headers = type ? { 'Content-Type': type } : {}
  const reply = await clients[who]?.send(method, target, { headers, ...(body === undefined ? {} : { body }) })
  expect(reply?.status, `${method} ${target} ${body}`).toBeLessThan(500)
  if (reply?.status === 202) accepted.push(reply.json.generation_id)
  if (target.startsWith('/api')) expect(reply?.status === 301 || reply?.status === 302).toBe(false)
  const isPage = String(reply?.headers['content-type']).startsWith('text/html')
  if (reply && reply.status >= 400 && method !== 'HEAD' && !isPage) expect(reply.json).toHaveProperty('detail')
}

/** The keys of all items in the table. */
async function stored(): Promise<string[]> {
  const { client, name } = gateways.table
  const keys: string[] = []
  let start: Record<string, unknown> | undefined
  do {
    const page = await client.send(new ScanCommand({ TableName: name, ConsistentRead: true, ExclusiveStartKey: start }))
    keys.push(
      ...(page.Items ?? []).map(({ pk, sk }) => (pk === 'WAITING' || pk === 'CLEANUP' ? `${pk}#${sk}` : String(pk))),
    )
    start = page.LastEvaluatedKey
  } while (start)
  return keys
}
