import { type RequestOptions, request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import type { APIGatewayProxyEvent, Context } from 'aws-lambda'
import { afterEach, describe, expect, test } from 'vitest'
import { type HttpFunction, type Route, routes, streamed } from '../../api/routes.ts'
import { type GatewayOptions, startGateway } from '../../infra/local/gateway.ts'
import type { LambdaHandler } from '../../infra/local/lambda.ts'
import type { RunningServer } from '../../infra/local/running-server.ts'
import { createLog } from '../../shared/log.ts'
import { inTime } from '../support/wait.ts'
import documented from './fixtures/rest-proxy-event.json' with { type: 'json' }
import documentedContext from './fixtures/rest-request-context.json' with { type: 'json' }

const running: RunningServer[] = []
const lines: string[] = []

afterEach(async () => {
  lines.length = 0
  await Promise.all(running.splice(0).map((gateway) => gateway.close()))
})

const anything: Route[] = ['GET' as const, 'POST' as const].flatMap((method) => [
  { method, path: '/', handler: 'docs' },
  { method, path: '/{proxy+}', handler: 'docs' },
])

async function gatewayFor(handler: LambdaHandler, options: Partial<GatewayOptions> = {}): Promise<string> {
  const gateway = await startGateway({
    routes: anything,
    streamed: new Set(),
    load: async () => handler,
    host: '127.0.0.1',
    port: 0,
    log: createLog({ level: 'debug', write: (line) => lines.push(line) }),
    ...options,
  })
  running.push(gateway)
  return gateway.url
}

const echo = async (event: APIGatewayProxyEvent) => ({ statusCode: 200, body: JSON.stringify(event) })

/** Sends the request target unchanged, unlike fetch. */
async function send(url: string, target: string, options: RequestOptions = {}, body?: string | Buffer) {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }>((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: new URL(url).port, path: target, ...options }, (response) => {
      text(response).then(
        (answer) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: answer }),
        reject,
      )
    })
    sent.on('error', reject).end(body)
  })
}

async function eventOf(
  url: string,
  target: string,
  options?: RequestOptions,
  body?: string | Buffer,
): Promise<APIGatewayProxyEvent> {
  return JSON.parse((await send(url, target, options, body)).body)
}

test('the documented request becomes the documented event', async () => {
  const { event: expected } = documented
  const url = await gatewayFor(echo, { stage: 'testStage' })
  const {
    'X-Forwarded-For': _for,
    'X-Forwarded-Port': _port,
    'X-Forwarded-Proto': _proto,
    ...headers
  } = expected.headers
  const target = '/hello/world?name=me&multivalueName=you&multivalueName=me'
  const sent = { ...headers, 'X-Forwarded-For': '54.240.196.186', 'X-Forwarded-Proto': 'gopher' }
  const event = await eventOf(url, target, { method: 'POST', headers: sent }, expected.body)

  expect(missingIn(event, expected)).toEqual(['stageVariables.stageVariableName'])
  const ours = {
    'X-Forwarded-For': '54.240.196.186, 127.0.0.1',
    'X-Forwarded-Port': new URL(url).port,
    'X-Forwarded-Proto': 'http',
  }
  expect(event.headers).toEqual({ ...expected.headers, ...ours, 'X-Amzn-Trace-Id': expect.stringMatching(/^Root=1-/) })
  for (const [name, values] of Object.entries(event.multiValueHeaders)) expect(values).toEqual([event.headers[name]])
  const { headers: _h, multiValueHeaders: _m, stageVariables: _s, requestContext: context, ...determined } = expected
  expect(event).toMatchObject(determined)
  expect(event.stageVariables).toBeNull()
  const { stage, resourcePath, httpMethod, identity } = context
  const { sourceIp: _ip, ...nobody } = identity
  expect(event.requestContext).toMatchObject({ stage, resourcePath, httpMethod, identity: nobody })
  expect(event.requestContext.identity.sourceIp).toBe('127.0.0.1')
})

test('the request context has the documented keys and types', async () => {
  const { requestContext: expected } = documentedContext
  const url = await gatewayFor(echo, { stage: 'test' })
  const { requestContext } = await eventOf(url, '/', { headers: { 'User-Agent': expected.identity.userAgent } })

  expect(missingIn(requestContext, expected)).toEqual([])
  const { path, protocol, stage, resourcePath, httpMethod } = expected
  expect(requestContext).toMatchObject({ path, protocol, stage, resourcePath, httpMethod })
  const { requestTime, requestTimeEpoch, resourceId, requestId, domainName, domainPrefix, extendedRequestId } =
    requestContext
  expect(requestTime).toMatch(/^\d\d\/[A-Z][a-z][a-z]\/\d{4}:\d\d:\d\d:\d\d \+0000$/)
  expect(Math.abs(Date.now() - requestTimeEpoch)).toBeLessThan(60_000)
  expect(requestId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  expect({ resourceId, domainName, domainPrefix, extendedRequestId }).toMatchObject({
    resourceId: expect.stringMatching(/^[0-9a-z]{6}$/),
    domainName: '127.0.0.1',
    domainPrefix: '127',
    extendedRequestId: expect.any(String),
  })
})

// Captured from the live service in 2026: test data "ingress-paths" of hotsock/voker.
test.each([
  '/capture/plain',
  '/capture/space%20value',
  '/capture/question%3Fvalue',
  '/capture/percent%25done',
  '/capture/hash%23value',
  '/capture/slash%2Fvalue',
  '/capture/unicode-%CE%BB-%E4%B8%96',
  '/capture/literal%252Fvalue',
  '/capture/malformed%zz%',
  '/capture/a//b',
  '/capture/dots/../x',
  '/capture/slash/',
])('the path %s arrives as sent', async (path) => {
  const event = await eventOf(await gatewayFor(echo, { stage: 'live' }), path)
  expect(event).toMatchObject({
    path,
    pathParameters: { proxy: path.slice(1) },
    requestContext: { path: `/live${path}` },
  })
})

test('raw brackets arrive encoded', async () => {
  const event = await eventOf(await gatewayFor(echo), '/docs/claude-opus-4-6[1m]/x?a[]=1')
  expect(event).toMatchObject({ path: '/docs/claude-opus-4-6%5B1m%5D/x', queryStringParameters: { 'a[]': '1' } })
})

// Captured from the live service: test data "apigwv1-request" of hotsock/voker.
test('query parameters are decoded, and the last value wins', async () => {
  const event = await eventOf(await gatewayFor(echo), '/x?empty=&plus=a%2Bb&space=a+b&repeat=one&repeat=two&a%3Fb=%25')
  const last = { empty: '', plus: 'a+b', space: 'a b', repeat: 'two', 'a?b': '%' }
  expect(event.queryStringParameters).toEqual(last)
  expect(event.multiValueQueryStringParameters).toMatchObject({ empty: [''], repeat: ['one', 'two'] })
  expect(await eventOf(await gatewayFor(echo), '/x')).toMatchObject({
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    body: null,
    isBase64Encoded: false,
  })
})

test('repeated headers become a list, and connection headers are dropped', async () => {
  const headers = ['X-Probe', 'first', 'x-probe', 'second', 'Connection', 'close', 'host', 'h', 'user-agent', 'u']
  const event = await eventOf(await gatewayFor(echo), '/x', { method: 'POST', headers }, 'text')
  expect(event.multiValueHeaders).toMatchObject({ 'X-Probe': ['first', 'second'], Host: ['h'], 'User-Agent': ['u'] })
  expect(event.headers['X-Probe']).toBe('second')
  expect(Object.keys(event.headers).map((name) => name.toLowerCase())).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/^(connection|content-length|transfer-encoding)$/)]),
  )
})

test('binary bodies arrive as base64 and text as is', async () => {
  const url = await gatewayFor(echo)
  const post = (type: string, body: Buffer) =>
    eventOf(url, '/x', { method: 'POST', headers: { 'Content-Type': type } }, body)
  const bytes = Buffer.from([0, 255, 128])
  expect(await post('application/octet-stream', bytes)).toMatchObject({ body: 'AP+A', isBase64Encoded: true })
  const json = await post('application/problem+json; charset=utf-8', Buffer.from('{"a":"λ"}'))
  expect(json).toMatchObject({ body: '{"a":"λ"}', isBase64Encoded: false })
})

test.each([
  ['GET', '/health', '/health', null],
  ['GET', '/health/', '/health', null],
  ['HEAD', '/health', '/health', null],
  ['GET', '/docs/r', '/docs/{name}', { name: 'r' }],
  ['GET', '/docs/r/', '/docs/{name}', { name: 'r' }],
  ['GET', '/docs/a/b/', '/docs/{name}/{proxy+}', { name: 'a', proxy: 'b/' }],
  ['GET', '/docs/a%2Fb/c%20/d', '/docs/{name}/{proxy+}', { name: 'a%2Fb', proxy: 'c%20/d' }],
  ['GET', '/docs/fixed/x', '/docs/fixed/{proxy+}', { proxy: 'x' }],
  ['GET', '/docs/fixed/leaf', '/docs/fixed/leaf', null],
])('%s %s is handled by %s', async (method, path, resource, pathParameters) => {
  const templates = ['/docs/{name}/{proxy+}', '/docs/fixed/{proxy+}', '/docs/{name}', '/docs/fixed/leaf', '/health']
  const events: APIGatewayProxyEvent[] = []
  const handler = async (event: APIGatewayProxyEvent) => ({ statusCode: 200, body: String(events.push(event)) })
  const table: Route[] = templates.map((template) => ({ method: 'GET', path: template, handler: 'docs' }))
  const url = await gatewayFor(handler, { routes: table })
  expect((await send(url, path, { method })).status).toBe(200)
  expect(events).toMatchObject([{ httpMethod: method, path, resource, pathParameters }])
})

test.each([
  ['GET', '/nowhere'],
  ['DELETE', '/'],
  ['DELETE', '/health'],
  ['OPTIONS', '/health'],
  ['GET', '/%68ealth'],
  ['GET', '//health'],
  ['GET', '/api/generate'],
  ['POST', '/docs/a/b'],
])('%s %s is not found if no route matches', async (method, path) => {
  const url = await gatewayFor(echo, { routes: routes.filter((route) => route.method !== 'ANY'), streamed })
  const answer = await send(url, path, { method })
  expect(answer).toMatchObject({
    status: 404,
    body: '{"detail":"Not Found"}',
    headers: { 'content-type': 'application/json' },
  })
})

test('each route calls the function in the table', async () => {
  const asked: HttpFunction[] = []
  const load = async (name: HttpFunction) => {
    asked.push(name)
    return async () => ({ statusCode: 200, body: name })
  }
  const url = await gatewayFor(echo, { routes, streamed: new Set(), load })
  for (const route of routes) {
    const path = route.path.replaceAll(/\{(\w+)\+?\}/g, 'some')
    const method = route.method === 'ANY' ? 'PATCH' : route.method
    expect((await send(url, path, { method })).body).toBe(route.handler)
  }
  expect(asked).toEqual(routes.map(({ handler }) => handler))
})

test('each invocation gets its own context', async () => {
  const url = await gatewayFor(async (_event: unknown, context: Context) => ({
    statusCode: 200,
    body: JSON.stringify({ ...context, left: context.getRemainingTimeInMillis() }),
  }))
  const answer = await send(url, '/x')
  const context = JSON.parse(answer.body)
  expect(context).toMatchObject({ functionName: 'docs', awsRequestId: answer.headers['x-amzn-requestid'] })
  expect(context.left).toBeGreaterThan(0)
  expect(context.left).toBeLessThanOrEqual(29_000)
})

test("the result's headers are merged, and reserved ones renamed", async () => {
  const url = await gatewayFor(async () => ({
    statusCode: 201,
    headers: { 'X-One': 'a', 'Set-Cookie': 'a=1', 'WWW-Authenticate': 'Bearer', 'Content-Length': '999' },
    multiValueHeaders: { 'set-cookie': ['a=1', 'b=2'] },
    body: Buffer.from([0, 255]).toString('base64'),
    isBase64Encoded: true,
  }))
  const { status, headers } = await send(url, '/x')
  expect(status).toBe(201)
  expect(headers).toMatchObject({
    'x-one': 'a',
    'set-cookie': ['a=1', 'b=2'],
    'content-length': '2',
    'x-amzn-remapped-www-authenticate': 'Bearer',
    'content-type': 'application/json',
  })
})

test('HEAD gets the length without the body', async () => {
  const url = await gatewayFor(async ({ path }: APIGatewayProxyEvent) =>
    path === '/known'
      ? { statusCode: 200, headers: { 'Content-Length': '77' }, body: '' }
      : { statusCode: 200, body: 'four' },
  )
  expect(await send(url, '/known', { method: 'HEAD' })).toMatchObject({ headers: { 'content-length': '77' }, body: '' })
  expect(await send(url, '/other', { method: 'HEAD' })).toMatchObject({ headers: { 'content-length': '4' }, body: '' })
})

test.each<[string, () => unknown]>([
  [
    'throws',
    () => {
      throw new Error('the secret reason')
    },
  ],
  ['gives nothing', () => undefined],
  ['gives no status', () => ({ body: 'x' })],
  ['gives an object as body', () => ({ statusCode: 200, body: { a: 1 } })],
  ['gives a malformed header', () => ({ statusCode: 200, headers: { 'X-A': 'a\r\nb' } })],
  ['gives more than 6 MB', () => ({ statusCode: 200, body: 'x'.repeat(6_291_556) })],
])('a function that %s is a 502 without the reason', async (_what, handler) => {
  const answer = await send(await gatewayFor(handler), '/x')
  expect(answer.status).toBe(502)
  const { detail, request_id } = JSON.parse(answer.body)
  expect(detail).toBe('Internal server error')
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ level: 'error', request_id }])
})

test('a function that cannot be loaded is a 502', async () => {
  const url = await gatewayFor(echo, { load: () => import('./no-such-function.ts' as string) })
  expect((await send(url, '/x')).status).toBe(502)
})

test('a function that exceeds its time-out is a 504', async () => {
  const url = await gatewayFor(() => new Promise(() => {}), { timeoutSeconds: 0.05 })
  const answer = await send(url, '/x')
  expect(answer.status).toBe(504)
  expect(JSON.parse(answer.body)).toEqual({ detail: 'Endpoint request timed out', request_id: expect.any(String) })
})

test('a body over 10 MB is a 413, with or without Content-Length', async () => {
  const url = await gatewayFor(async (event: APIGatewayProxyEvent) => ({
    statusCode: 200,
    body: String(event.body?.length),
  }))
  const post = (headers: NodeJS.Dict<string>, bytes: number) =>
    send(url, '/x', { method: 'POST', headers }, Buffer.alloc(bytes, 'x'))
  const limit = 10 * 1024 * 1024
  const tooLarge = { status: 413, body: '{"detail":"Request body too large"}' }
  expect(await post({ 'Content-Length': String(limit + 1) }, limit + 1)).toMatchObject(tooLarge)
  expect(await post({ 'Transfer-Encoding': 'chunked' }, limit + 1)).toMatchObject(tooLarge)
  expect(await post({}, limit)).toMatchObject({ status: 200, body: String(limit) })
})

test.each([
  ['GET /x HTTP/1.1\r\n\r\n', 'Host'],
  ['GARBAGE\r\n\r\n', 'malformed'],
  ['GET /a b HTTP/1.1\r\nHost: h\r\n\r\n', 'malformed'],
  [`GET /x HTTP/1.1\r\nHost: h\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 'headers'],
])('malformed HTTP is a 400 with a detail (%#)', async (bytes, reason) => {
  const url = await gatewayFor(echo)
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.write(bytes)
  setTimeout(() => socket.end(), 100)
  const answer = await text(socket)
  expect(answer).toMatch(/^HTTP\/1.1 400 /)
  expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '').detail).toContain(reason)
})

/** The response to a client that sends everything before reading, then waits for the gateway to close the connection. */
async function answersTo(url: string, bytes: Buffer): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.pause()
  await new Promise<void>((sent, failed) => {
    socket.once('error', failed)
    socket.write(bytes, () => sent())
  })
  return await inTime('the gateway to answer and to close the connection', text(socket))
}

describe('a client that reads nothing until it has sent everything still gets the response', () => {
  const body = Buffer.alloc(20 * 1024 * 1024, 'x')
  const head = (path: string, ...headers: string[]) =>
    Buffer.from([`POST ${path} HTTP/1.1`, 'Host: h', ...headers, '', ''].join('\r\n'))
  const known = `Content-Length: ${body.length}`
  const chunked = Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')])

  test.each<[name: string, status: number, request: Buffer]>([
    ['a body that is too large', 413, Buffer.concat([head('/x', known, 'Connection: close'), body])],
    [
      'a body that turns out to be too large',
      413,
      Buffer.concat([head('/x', 'Transfer-Encoding: chunked', 'Connection: close'), chunked]),
    ],
    ['a body for no address', 404, Buffer.concat([head('/none', known, 'Connection: close'), body])],
    ['headers that are too large', 400, head('/x', ...Array(1_000).fill(`X: ${'x'.repeat(10_000)}`))],
  ])('%s: %i', async (_name, status, request) => {
    const routes: Route[] = [{ method: 'POST', path: '/x', handler: 'docs' }]
    const url = await gatewayFor(echo, { routes })
    for (let times = 0; times < 5; times++) {
      expect(await answersTo(url, request)).toMatch(new RegExp(`^HTTP/1.1 ${status} .*"detail":`, 's'))
    }
  })

  test.each([
    ['announced', Buffer.concat([head('/x', known), body])],
    ['in chunks', Buffer.concat([head('/x', 'Transfer-Encoding: chunked'), chunked])],
  ])('the next request on the same connection is answered too, after a body %s', async (_name, first) => {
    const url = await gatewayFor(async () => ({ statusCode: 200, body: 'next' }))
    const answers = await answersTo(url, Buffer.concat([first, head('/x', 'Connection: close', 'Content-Length: 0')]))
    expect(answers).toMatch(/^HTTP\/1.1 413 .*HTTP\/1.1 200 .*next$/s)
  })
})

test('a port in use gives a message that says what to do', async () => {
  const port = Number(new URL(await gatewayFor(echo)).port)
  const next = port === 65535 ? 8000 : port + 1
  await expect(gatewayFor(echo, { port })).rejects.toThrow(
    `Port ${port} on 127.0.0.1 is already in use. Stop the program that uses it, or set PORT=${next}.`,
  )
  await expect(gatewayFor(echo, { host: '203.0.113.1' })).rejects.toThrow('This machine has no address 203.0.113.1')
})

test('close lets running requests finish and accepts no new ones', async () => {
  const finish = Promise.withResolvers<void>()
  const started = Promise.withResolvers<void>()
  const gateway = await startGateway({
    routes: anything,
    streamed: new Set(),
    host: '127.0.0.1',
    port: 0,
    load: async () => async () => {
      started.resolve()
      await finish.promise
      return { statusCode: 200, body: 'done' }
    },
  })
  const answer = send(gateway.url, '/x')
  await started.promise
  const closed = gateway.close()
  await expect(send(gateway.url, '/x')).rejects.toThrow('ECONNREFUSED')
  finish.resolve()
  expect(await answer).toMatchObject({ status: 200, body: 'done' })
  await closed
})

/** Paths of keys that `actual` lacks or has with another type. Null matches any type. */
function missingIn(actual: unknown, expected: unknown, path = ''): string[] {
  if (typeof expected !== 'object' || expected === null || Array.isArray(expected)) {
    const same = actual !== undefined && (expected === null || actual === null || typeof actual === typeof expected)
    return same ? [] : [path]
  }
  return Object.entries(expected).flatMap(([key, value]) =>
    missingIn((actual as Record<string, unknown> | null)?.[key], value, path ? `${path}.${key}` : key),
  )
}
