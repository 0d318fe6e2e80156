import { afterAll, beforeAll, expect, test } from 'vitest'
import { ON_REQUEST, ON_SITES_REQUEST } from '../../infra/aws/edge-functions.ts'
import { send } from '../contract/send.ts'
import { startEcho } from '../support/echo.ts'
import { type Edge, edgeHeaders, startEdge } from '../support/edge.ts'
import { makeTemplate, resourcesOf } from '../support/stack-template.ts'

let origin: Awaited<ReturnType<typeof startEcho>>
let edge: Edge
let sites: Edge

beforeAll(async () => {
  origin = await startEcho()
  edge = await startEdge(origin.url)
  sites = await startEdge(origin.url, { code: ON_SITES_REQUEST })
})
afterAll(async () => {
  for (const server of [edge, sites, origin]) await server?.[Symbol.asyncDispose]()
})

test('the functions tested here are the ones that the stack deploys', () => {
  const functions = resourcesOf(makeTemplate(contexts), 'AWS::CloudFront::Function')
  expect(functions.map(({ properties }) => properties.FunctionCode)).toEqual([ON_REQUEST, ON_SITES_REQUEST])
  for (const { properties } of functions) expect(properties.FunctionConfig.Runtime).toBe('cloudfront-js-2.0')
})

test.each([
  ['/docs/p/claude/opus[1m]/', '/docs/p/claude/opus%5B1m%5D/'],
  ['/docs/p/claude/opus%5B1m%5D/a~b', '/docs/p/claude/opus%5B1m%5D/a~b'],
  ['/a/b%2Fc/%25/%3F/..%2F..', '/a/b%2Fc/%25/%3F/..%2F..'],
  ['/a?x=[1]&x=2&y&z=%5B%26', '/a?x=[1]&x=2&y=&z=%5B%26'],
])('%s reaches the API as %s', async (asked, received) => {
  expect((await send(edge.url, 'GET', asked)).json.url).toBe(received)
})

test('the API gets the requested host, and viewers cannot forge it', async () => {
  const headers = { 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-For': '8.8.8.8', Authorization: 'Bearer k' }
  const { json } = await send(edge.url, 'GET', '/', { headers: { ...headers, Cookie: 'a=1; session=x=y' } })
  expect(json.headers).toMatchObject({
    host: new URL(origin.url).host,
    'x-forwarded-host': new URL(edge.url).host,
    'x-forwarded-for': '8.8.8.8, 127.0.0.1',
    authorization: 'Bearer k',
    cookie: 'a=1; session=x=y',
  })
})

const contexts = { separateSites: 'on' }

test('CloudFront sends the API a key of its own, and viewers cannot send another', async () => {
  const distributions = resourcesOf(makeTemplate(contexts), 'AWS::CloudFront::Distribution')
  const sent = distributions.map(({ properties }) => properties.DistributionConfig.Origins[0].OriginCustomHeaders)
  const [key] = resourcesOf(makeTemplate(contexts), 'AWS::ApiGateway::ApiKey')
  const header = [{ HeaderName: Object.keys(edgeHeaders)[0], HeaderValue: key?.properties.Value }]
  expect(sent).toEqual([header, header])
  const { json } = await send(edge.url, 'GET', '/', { headers: { 'X-Api-Key': 'a key of the viewer' } })
  expect(json.headers).toMatchObject(edgeHeaders)
})

test('the second origin serves only sites', async () => {
  expect((await send(sites.url, 'GET', '/docs/p/')).json.url).toBe('/docs/p/')
  expect((await send(sites.url, 'HEAD', '/docs/p/')).status).toBe(200)
  for (const [method, path] of [
    ['GET', '/api/status'],
    ['GET', '/'],
    ['POST', '/docs/p/'],
    ['GET', '/docs'],
  ] as const) {
    expect(await send(sites.url, method, path)).toMatchObject({ status: 404, json: { detail: 'Not Found' } })
  }
})
