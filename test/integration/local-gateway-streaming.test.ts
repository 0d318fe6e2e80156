import { get, type IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import middy from '@middy/core'
import { executionModeStreamifyResponse } from '@middy/core/executionModeStreamifyResponse'
import { afterEach, expect, test } from 'vitest'
import { installResponseStreaming } from '../../infra/local/gateway/response-stream.ts'
import { startGateway } from '../../infra/local/gateway.ts'
import type { LambdaHandler } from '../../infra/local/lambda.ts'
import type { RunningServer } from '../../infra/local/running-server.ts'
import { createLog } from '../../shared/log.ts'
import documented from './fixtures/rest-streamed-response.json' with { type: 'json' }

installResponseStreaming()
const running: RunningServer[] = []
const lines: string[] = []

afterEach(async () => {
  lines.length = 0
  await Promise.all(running.splice(0).map((gateway) => gateway.close()))
})

async function gatewayFor(handler: LambdaHandler, streamTimeoutSeconds = 60): Promise<string> {
  const gateway = await startGateway({
    routes: [{ method: 'GET', path: '/{proxy+}', handler: 'docs' }],
    streamed: new Set(['docs']),
    streamTimeoutSeconds,
    load: async () => handler,
    host: '127.0.0.1',
    port: 0,
    log: createLog({ level: 'debug', write: (line) => lines.push(line) }),
  })
  running.push(gateway)
  return `${gateway.url}/x`
}

const withMiddy = (answer: () => object) =>
  middy({ executionMode: executionModeStreamifyResponse }).handler(async () => answer())

async function open(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => get(url, { agent: false }, resolve).on('error', reject))
}

test('the documented stream becomes the response', async () => {
  const { metadata, delimiterBytes, payload } = documented
  const url = await gatewayFor(
    awslambda.streamifyResponse(async (_event, stream) => {
      stream.write(JSON.stringify(metadata))
      stream.write(Buffer.alloc(delimiterBytes))
      for (const part of payload) stream.write(part)
      stream.end()
    }),
  )
  const response = await open(url)
  expect(response.statusCode).toBe(metadata.statusCode)
  expect(response.headersDistinct).toMatchObject({
    headername: ['headerValue', 'headerValue2'],
    'set-cookie': metadata.cookies,
    'transfer-encoding': ['chunked'],
  })
  expect(await text(response)).toBe(payload.join(''))
})

test('HttpResponseStream sends the metadata with the first write, then the body', async () => {
  const url = await gatewayFor(
    awslambda.streamifyResponse(async (_event, stream) => {
      const body = awslambda.HttpResponseStream.from(stream, {
        statusCode: 201,
        headers: { 'Content-Type': 'text/plain' },
      })
      body.write('a')
      body.end('\0\0\0\0\0\0\0\0b')
    }),
  )
  const response = await open(url)
  expect(response).toMatchObject({ statusCode: 201, headers: { 'content-type': 'text/plain' } })
  expect(await text(response)).toBe('a\0\0\0\0\0\0\0\0b')
})

test.each([
  ['a short text', 'short'],
  ['no text', ''],
  ['a long text', 'λ0123456789'.repeat(20_000)],
])('middy streams %s unchanged', async (_what, body) => {
  const url = await gatewayFor(withMiddy(() => ({ statusCode: 404, headers: { ETag: '"1"' }, body })))
  const response = await open(url)
  expect(response).toMatchObject({ statusCode: 404, headers: { etag: '"1"' } })
  expect(await text(response)).toBe(body)
})

const chunk = Buffer.alloc(64 * 1024, 'x')
const chunks = 960

test('60 MB reach a slow client complete, without being held in memory', async () => {
  let produced = 0
  const source = () =>
    Readable.from(
      (function* () {
        for (; produced < chunks; produced++) yield chunk
      })(),
    )
  const length = { 'Content-Length': String(chunks * chunk.length) }
  const response = await open(await gatewayFor(withMiddy(() => ({ statusCode: 200, headers: length, body: source() }))))
  await delay(300)
  expect(produced).toBeLessThan(chunks / 4)
  expect((await buffer(response)).length).toBe(chunks * chunk.length)
})

test('a client that disconnects ends the stream without an error', async () => {
  const body = new Readable({
    read() {
      setImmediate(() => this.push(chunk))
    },
  })
  const response = await open(await gatewayFor(withMiddy(() => ({ statusCode: 200, body }))))
  response.destroy()
  await expect.poll(() => body.destroyed).toBe(true)
  await delay(50)
  expect(lines).toEqual([])
})

test.each([
  ['chunked', {}],
  ['of known length', { 'Content-Length': '1000' }],
])('an error mid-stream breaks a response %s', async (_what, headers) => {
  const source = () =>
    Readable.from(
      (async function* () {
        yield 'the beginning'
        await delay(20)
        throw new Error('the store went away')
      })(),
    )
  const response = await open(await gatewayFor(withMiddy(() => ({ statusCode: 200, headers, body: source() }))))
  expect(response.statusCode).toBe(200)
  await expect(text(response)).rejects.toThrow('aborted')
  expect(lines.join()).toContain('the store went away')
})

test('a stream shorter than its Content-Length breaks the response', async () => {
  const head = { statusCode: 200, headers: { 'Content-Length': '10' }, body: 'short' }
  await expect(open(await gatewayFor(withMiddy(() => head))).then(text)).rejects.toThrow()
})

test('a stream that exceeds its time-out is cut off', async () => {
  const url = await gatewayFor(
    withMiddy(() => ({ statusCode: 200, body: new Readable({ read() {} }) })),
    0.3,
  )
  await expect(open(url).then(text)).rejects.toThrow()
})

test.each<[string, LambdaHandler]>([
  [
    'throws before it writes',
    awslambda.streamifyResponse(async () => {
      throw new Error('early')
    }),
  ],
  ['ends without metadata', awslambda.streamifyResponse(async (_event, stream) => void stream.end('just text'))],
  ['writes no delimiter', awslambda.streamifyResponse(async (_event, stream) => void stream.end('x'.repeat(20_000)))],
  [
    'writes malformed metadata',
    awslambda.streamifyResponse(async (_event, stream) => void stream.end('{\0\0\0\0\0\0\0\0')),
  ],
  [
    'sends metadata by end alone',
    awslambda.streamifyResponse(async (_event, stream) => {
      awslambda.HttpResponseStream.from(stream, { statusCode: 200 }).end('x')
    }),
  ],
  ['does not stream at all', async () => ({ statusCode: 200, body: 'x' })],
])('a streaming function that %s is a 502', async (_what, handler) => {
  const response = await open(await gatewayFor(handler))
  expect(response.statusCode).toBe(502)
  expect(JSON.parse(await text(response))).toEqual({ detail: 'Internal server error', request_id: expect.any(String) })
  expect(lines).toHaveLength(1)
})

test('HEAD of a streaming function gets only the headers', async () => {
  const url = await gatewayFor(
    withMiddy(() => ({ statusCode: 200, headers: { 'Content-Length': '5' }, body: 'hello' })),
  )
  const response = await fetch(url, { method: 'HEAD' })
  expect(response.headers.get('content-length')).toBe('5')
  expect(await response.text()).toBe('')
})
