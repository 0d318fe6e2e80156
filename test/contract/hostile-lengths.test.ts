import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import type { Endpoint } from '../../api/declare.ts'
import { endpointList } from '../../api/endpoints.ts'
import { type Gateways, startGateways } from '../support/gateways.ts'
import { answers, type Request, send } from './send.ts'
import { remote } from './target.ts'

/** The maximum length of a body. A quadratic parser takes minutes for it, a linear one milliseconds. */
const LENGTH = 1_000_000

let gateways: Gateways
beforeAll(async () => {
  // Also allow paths, queries and headers of that length, which Node and API Gateway reject by default.
  if (!remote) gateways = await startGateways(1, { NODE_OPTIONS: '--max-http-header-size=4194304' })
})
afterEach(() => void answers.splice(0))
afterAll(async () => await gateways?.[Symbol.asyncDispose]())

/** Fails if there is no reply within a minute. */
const ask = async (method: string, target: string, { headers, body }: Request = {}) => {
  const own = { Authorization: `Bearer ${gateways.adminKey}` }
  return await send(gateways.urls[0] ?? '', method, target, {
    headers: { ...own, ...headers },
    ...(body === undefined ? {} : { body }),
  })
}

/** A long run of text that patterns match, ending in a character that makes them fail and backtrack. */
const row = (piece: string, length = LENGTH): string => `${piece.repeat(Math.ceil(length / piece.length))}!`
const pieces = [' ', '; ', ...'. / a a. ; , " "" : :: :1 = % [ @ - + \\'.split(' ')]

describe.skipIf(remote)('a million characters are processed in linear time', () => {
  const texts = endpointList.flatMap(({ method, paths, body }) =>
    textsIn(body).map(({ path: field }) => [method, paths[0].replaceAll(/\{[^}]+\}/g, 'x'), field] as const),
  )

  test.each(texts)('%s %s: %s gets 422 only for its length', async (method, target, field) => {
    for (const piece of [...pieces, 'é', '😀'.repeat(2)]) {
      // The limit of a body is a megabyte, counted in bytes.
      const text = row(
        piece,
        Math.floor((LENGTH * piece.length) / Buffer.byteLength(JSON.stringify(piece).slice(1, -1))),
      )
      const { status, json } = await ask(method, target, { body: { [field]: text } })
      const problems = json.detail.filter(({ loc }: { loc: string[] }) => loc.includes(field))
      expect({ status, problems }).toEqual({
        status: 422,
        problems: [
          {
            loc: ['body', field],
            msg: expect.stringMatching(/^must be at most \d+ characters$/),
            type: expect.any(String),
          },
        ],
      })
    }
  })

  test.each(pieces)('in a repository URL full of %j', async (piece) => {
    for (const [before, after] of [
      ['', ''],
      ['https://', ''],
      ['https://a', 'x/a/b'],
      ['https://h.com:', '/a/b'],
      ['https://h.com/', '/b'],
      ['https://h.com/a/', ''],
      ['https://h.com/a/b', ''],
      ['git@', ':a/b'],
      ['git@h.com:', ''],
      ['git@h.com:a/', ''],
    ]) {
      const repo_url = before + row(piece, LENGTH / 2) + after
      expect((await ask('POST', '/api/generate', { body: { repo_url } })).status).toBe(422)
    }
  })

  test.each(pieces)('in a body full of %j', async (piece) => {
    for (const body of [
      row(piece),
      `{"a": "${row(piece)}`,
      `{"a": 1${' '.repeat(LENGTH)}}`,
      `[${'"",'.repeat(LENGTH / 3)}""]`,
    ]) {
      expect((await ask('POST', '/api/generate', { body })).status).toBe(422)
    }
  })

  test.each(pieces)('in a path, a query and a cursor full of %j', async (piece) => {
    const text = row(piece === '/' ? piece : encodeURIComponent(piece))
    const raw = row(piece.replace(' ', '%20'))
    for (const target of [
      `/${raw}`,
      `/api/${text}`,
      `/api/projects/${text}`,
      `/api/projects/by-id/${text}`,
      `/api/projects/a/${text}/claude/m`,
      `/api/projects/a/claude/${text}`,
      `/docs/a/${raw}`,
      `/docs/a/claude/m/${text}`,
      `/api/status?cursor=${text}`,
      `/api/status?cursor=${Buffer.from(JSON.stringify([row(piece, LENGTH / 2), row(piece, 1_000)])).toString('base64url')}`,
      `/api/status?limit=${text}`,
      `/api/projects/a?owner=${text}`,
      `/login?next=/${text}`,
      `/api/status?${raw}`,
    ]) {
      for (const headers of [{}, { Authorization: '', Accept: 'text/html' }]) {
        expect((await ask('GET', target, { headers })).status).toBeGreaterThan(0)
      }
    }
  })

  test.each(pieces)('in headers full of %j', async (piece) => {
    const text = row(piece)
    for (const headers of [
      { Authorization: `Bearer ${text}` },
      { Authorization: `Bearer ${row(' ')}${text}` },
      { Authorization: `Bearer a${row(' ')}${text}` },
      { Cookie: text },
      { Cookie: `docsfy_session=${text}` },
      { 'If-None-Match': text },
      { Accept: text, Authorization: '' },
      { 'Content-Type': text },
      { 'X-Forwarded-For': text },
      { 'X-Forwarded-Host': text, Origin: 'https://example.com' },
      { Origin: text },
      { 'Sec-Fetch-Site': text },
      { Host: text },
      { 'User-Agent': text },
    ]) {
      for (const [method, target] of [
        ['GET', '/api/status'],
        ['GET', '/docs/a/claude/m/'],
        ['POST', '/api/auth/logout'],
        ['POST', '/api/auth/login'],
      ] as const) {
        const body = method === 'POST' ? { body: '{}' } : {}
        expect((await ask(method, target, { headers, ...body })).status).toBeGreaterThan(0)
      }
    }
  })
})

test('every text field of a body has a maximum length', () => {
  const texts = endpointList.flatMap((endpoint) => textsIn(endpoint.body).map((text) => ({ endpoint, ...text })))
  expect(texts.length).toBeGreaterThan(10)
  for (const { endpoint, path, longest } of texts) {
    expect(longest, `${endpoint.method} ${endpoint.paths[0]}: ${path}`).toBeLessThanOrEqual(8_192)
  }
})

interface Text {
  path: string
  longest: number
}

interface Schema {
  type?: string
  maxLength?: number
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  properties?: Record<string, Schema>
}

/** The fields of a body that accept free text. */
function textsIn(body: Endpoint['body']): Text[] {
  if (!body) return []
  const { properties = {} } = z.toJSONSchema(body, { io: 'input' }) as Schema
  return Object.entries(properties).flatMap(([path, field]) => {
    const free = (field.anyOf ?? [field]).flatMap((each) => each.anyOf ?? [each]).filter(isFreeText)
    return free.length === 0
      ? []
      : [{ path, longest: Math.max(...free.map(({ maxLength }) => maxLength ?? Number.POSITIVE_INFINITY)) }]
  })
}

const isFreeText = ({ type, enum: values, const: value }: Schema): boolean =>
  type === 'string' && values === undefined && value === undefined
