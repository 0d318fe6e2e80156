import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { ListTasksCommand, RunTaskCommand } from '@aws-sdk/client-ecs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startEcs } from '../../infra/local/ecs/start-ecs.ts'
import { startStores } from '../../infra/local/stores.ts'
import { askEndpoint, endpointRequests } from '../support/endpoint-requests.ts'
import { clientOf, cluster, idleTask, startTestEcs } from '../support/local-ecs.ts'
import { temporaryFolder } from '../support/service-process.ts'
import { signedBy } from '../support/test-stores.ts'

interface Endpoint {
  url: string
  accessKeyId: string
}

let endpoints: Record<'DynamoDB' | 'SQS and S3' | 'ECS', Endpoint>
const closing: (() => PromiseLike<unknown>)[] = []

beforeAll(async () => {
  const folder = await temporaryFolder('guard')
  const stores = await startStores({ dataDir: folder.path, host: '127.0.0.1' })
  const ecs = await startEcs({ dataDir: folder.path, taskDefinitions: [], onEvent: async () => undefined })
  closing.push(
    () => ecs.close(),
    () => stores.close(),
    () => folder[Symbol.asyncDispose](),
  )
  endpoints = {
    DynamoDB: { url: stores.dynamodbUrl, accessKeyId: stores.dynamodbCredentials.accessKeyId },
    'SQS and S3': { url: stores.s3Url, accessKeyId: stores.s3Credentials.accessKeyId },
    ECS: { url: ecs.url, accessKeyId: ecs.credentials.accessKeyId },
  }
})
afterAll(async () => {
  for (const close of closing) await close()
})

test('each endpoint has its own random credentials', () => {
  const keys = Object.values(endpoints).map(({ accessKeyId }) => accessKeyId)
  expect(new Set(keys).size).toBe(3)
  for (const key of keys) expect(key).toMatch(/^[\w-]{43}$/)
})

describe.each(['DynamoDB', 'SQS and S3', 'ECS'] as const)('%s rejects every operation', (name) => {
  const others = [
    ['without credentials', {}],
    ['with those of other programs', { authorization: signedBy({ accessKeyId: 'local' }) }],
    ['with none at all in their place', { authorization: signedBy({ accessKeyId: '' }) }],
    ['by a password', { authorization: 'Basic bG9jYWw6bG9jYWw=' }],
    ['by a signature that names no key', { authorization: 'AWS4-HMAC-SHA256 Signature=0' }],
  ] as const

  test.each(others)('%s', async (_, headers) => await expectRefused(name, headers, 403))

  test('with the credentials of another endpoint', async () => {
    for (const other of Object.values(endpoints)) {
      if (other !== endpoints[name]) await expectRefused(name, { authorization: signedBy(other) }, 403)
    }
  })

  test.each(['http://evil.example', 'null', '', 'http://127.0.0.1'])(
    'from a web page at %j, even with the right credentials',
    async (origin) => {
      await expectRefused(name, { authorization: signedBy(endpoints[name]), origin }, 403)
    },
  )

  test('for a CORS preflight', async () => {
    const preflight = {
      origin: 'http://evil.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization, x-amz-target',
      'access-control-request-private-network': 'true',
    }
    const asked = { what: 'preflight', method: 'OPTIONS', path: '/', headers: {}, body: '' }
    const reply = await askEndpoint(endpoints[name].url, asked, preflight)
    expect(reply.status).toBe(403)
    expect(corsHeadersOf(reply.headers)).toEqual([])
  })

  test.each(['evil.example', 'localhost', '127.0.0.1', '[::1]', '127.0.0.1.nip.example', '0.0.0.0'])(
    'with the Host %s, even with the right credentials',
    async (host) => {
      const { port } = new URL(endpoints[name].url)
      for (const named of [host, `${host}:${port}`].filter((each) => each !== `127.0.0.1:${port}`))
        await expectRefused(name, { authorization: signedBy(endpoints[name]), host: named }, 421)
    },
  )

  test('without a Host', async () => {
    const socket = connect(Number(new URL(endpoints[name].url).port), '127.0.0.1')
    socket.end(`GET / HTTP/1.0\r\nAuthorization: ${signedBy(endpoints[name])}\r\n\r\n`)
    expect(await text(socket)).toMatch(/^HTTP\/1\.[01] 421 /)
  })

  test('before the body arrives, and closes the connection', async () => {
    const socket = connect(Number(new URL(endpoints[name].url).port), '127.0.0.1')
    socket.write(
      `PUT /docsfy/x HTTP/1.1\r\nHost: ${new URL(endpoints[name].url).host}\r\nContent-Length: 1000000000\r\n\r\nx`,
    )
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 403 /)
  })
})

test('requests with the right credentials and no Origin are accepted', async () => {
  for (const [name, target] of [
    ['DynamoDB', 'DynamoDB_20120810.ListTables'],
    ['SQS and S3', 'AmazonSQS.ListQueues'],
  ] as const) {
    const headers = { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.0' }
    const request = { what: target, method: 'POST', path: '/', headers, body: '{}' }
    const reply = await askEndpoint(endpoints[name].url, request, { authorization: signedBy(endpoints[name]) })
    expect(reply.status, name).toBe(200)
  }
})

test('a task can read its metadata with the id that only it knows, and only under the endpoint’s own Host', async () => {
  const { client, url, events } = await startTestEcs({ taskDefinitions: [idleTask()] })
  const { tasks } = await client.send(new RunTaskCommand({ cluster, taskDefinition: 'runner' }))
  const arn = tasks?.[0]?.taskArn ?? ''
  await expect.poll(() => events.some(({ detail }) => detail.lastStatus === 'RUNNING')).toBe(true)
  const [runtimeId] = events.flatMap(({ detail }) => detail.containers.flatMap((each) => each.runtimeId ?? []))
  expect(runtimeId).not.toContain(arn.split('/').at(-1))
  const ask = async (headers: Record<string, string>, path = `/v4/${runtimeId}/task`, method = 'GET') =>
    await askEndpoint(url, { what: 'metadata', method, path, headers, body: '' })
  expect(await ask({})).toMatchObject({ status: 200, text: expect.stringContaining(arn) })
  expect((await ask({ host: `evil.example:${new URL(url).port}` })).status).toBe(421)
  expect((await ask({ origin: 'http://evil.example' })).status).toBe(403)
  expect((await ask({}, `/v4/${arn.split('/').at(-1)}/task`)).status).toBe(403)
  expect((await ask({}, `/v4/${runtimeId}/task`, 'POST')).status).toBe(403)
  expect((await clientOf(url).send(new ListTasksCommand({ cluster }))).taskArns).toEqual([arn])
})

/** Expects every request to be refused, with no header that would let a web page read the response. */
async function expectRefused(name: keyof typeof endpoints, headers: Record<string, string>, status: number) {
  const { url } = endpoints[name]
  for (const request of endpointRequests) {
    const reply = await askEndpoint(url, request, headers)
    expect({ what: request.what, status: reply.status, cors: corsHeadersOf(reply.headers) }).toEqual({
      what: request.what,
      status,
      cors: [],
    })
  }
}

const corsHeadersOf = (headers: object): string[] =>
  Object.keys(headers).filter((name) => name.startsWith('access-control'))
