import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, request as requestOrigin, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream'
import { runInNewContext } from 'node:vm'
import { ON_REQUEST } from '../../infra/aws/edge-functions.ts'
import { limits } from './limits.ts'

/**
 * CloudFront in front of a service, as the stack sets it up: the very code of its function on CloudFront's own event, no cache, every
 * method, and all that the viewer sent but `Host`. The documentation of the event and of what functions may change:
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html
 */
export interface Edge extends AsyncDisposable {
  /** Of the distribution. */
  url: string
}

/** What the distribution adds unless told. */
export const edgeHeaders = { 'x-api-key': 'the-key-of-the-edge' }

interface EdgeOptions {
  /** Of the function; the one of the distribution for the API unless told. */
  code?: string
  /** What the distribution adds to each request, in place of whatever the viewer sent. */
  headers?: Record<string, string>
}

/** @param origin - may have a path, which is put before that of each request */
export async function startEdge(
  origin: string,
  { code = ON_REQUEST, headers = edgeHeaders }: EdgeOptions = {},
): Promise<Edge> {
  const handle = runInNewContext(`${code}\nhandler`) as (event: object) => Outcome
  // Node's own limits would answer before the service does, and close connections that a client is about to reuse.
  const server = createServer({ maxHeaderSize: 65_536, keepAliveTimeout: limits.test }, (viewer, response) => {
    const outcome = outcomeOf(viewer, handle)
    if ('statusCode' in outcome) send(response, outcome)
    else forward(viewer, response, { url: new URL(origin), headers }, outcome)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A suite that forgets it must still end.
  server.unref()
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** A header, a cookie or a parameter; with more than one value all of them. */
interface Value {
  value: string
  multiValue?: { value: string }[]
}
type Values = Record<string, Value>

interface EdgeRequest {
  method: string
  uri: string
  querystring: Values
  headers: Values
  cookies: Values
}
interface EdgeResponse {
  statusCode: number
  headers?: Values
  body?: string
}
type Outcome = EdgeRequest | EdgeResponse

const METHODS = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE']
const LONGEST_URL = 8_192

/** The request for the origin, or CloudFront's or its function's own answer. */
function outcomeOf(viewer: IncomingMessage, handle: (event: object) => Outcome): Outcome {
  const { method = '', url = '' } = viewer
  const hasBody = viewer.headers['transfer-encoding'] !== undefined || Number(viewer.headers['content-length'] ?? 0) > 0
  if (!METHODS.includes(method)) return refusal(403)
  // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html
  if (method === 'GET' && hasBody) return refusal(403)
  if (url.length > LONGEST_URL) return refusal(414)
  const outcome = handle(eventOf(viewer))
  return 'statusCode' in outcome || isAllowed(outcome, viewer) ? outcome : refusal(502)
}

const refusal = (statusCode: number): EdgeResponse => ({
  statusCode,
  headers: { 'content-type': { value: 'text/html' }, 'x-cache': { value: 'Error from cloudfront' } },
  body: '<html/>',
})

function send(response: ServerResponse, { statusCode, headers = {}, body }: EdgeResponse): void {
  const plain = Object.entries(headers).map(([name, { value }]) => [name, value] as const)
  response.writeHead(statusCode, Object.fromEntries(plain)).end(body)
}

/** Functions neither see these nor may add them; CloudFront sets some of them itself. */
const HIDDEN =
  /^(connection|expect|keep-alive|proxy-.*|trailer|upgrade|x-accel-.*|x-amz-cf-.*|x-amzn-.*|x-cache|x-edge-.*|x-forwarded-proto|x-real-ip)$/
/** They are there to be read only. */
const READ_ONLY = ['content-length', 'host', 'transfer-encoding', 'via']

function eventOf(viewer: IncomingMessage) {
  const [uri = '', query = ''] = splitOnce(viewer.url ?? '', '?')
  const { remoteAddress: ip } = viewer.socket
  const all = pairsOf(viewer.rawHeaders).map(([name, value]) => [name.toLowerCase(), value] as const)
  const headers = valuesOf(all.filter(([name]) => name !== 'cookie' && !HIDDEN.test(name)))
  const cookies = all.filter(([name]) => name === 'cookie').flatMap(([, value]) => value.split(/;\s*/))
  const request: EdgeRequest = {
    method: viewer.method ?? '',
    uri,
    // Neither decoded nor encoded: each part is as the viewer sent it.
    querystring: valuesOf(partsOf(query.split('&'))),
    headers,
    cookies: valuesOf(partsOf(cookies)),
  }
  const context = { distributionDomainName: 'd111111abcdef8.cloudfront.net', eventType: 'viewer-request' }
  return { version: '1.0', context, viewer: { ip }, request }
}

function isAllowed({ method, uri, headers }: EdgeRequest, viewer: IncomingMessage): boolean {
  const before = eventOf(viewer).request.headers
  const readOnly = READ_ONLY.every((name) => headers[name]?.value === before[name]?.value)
  const names = Object.keys(headers)
  return (
    method === viewer.method &&
    uri.startsWith('/') &&
    readOnly &&
    names.every((name) => name === name.toLowerCase() && !HIDDEN.test(name) && name !== 'cookie')
  )
}

/** As `Managed-CachingDisabled` and `Managed-AllViewerExceptHostHeader` have it. */
function forward(
  viewer: IncomingMessage,
  response: ServerResponse,
  { url: origin, headers: added }: { url: URL; headers: Record<string, string> },
  request: EdgeRequest,
): void {
  const { headers, querystring, cookies } = request
  const uri = origin.pathname.replace(/\/$/, '') + request.uri
  const query = joined(querystring, '&')
  const cookie = joined(cookies, '; ')
  const address = viewer.socket.remoteAddress?.replace(/^::ffff:/, '') ?? ''
  const forwardedFor = [...allOf(headers['x-forwarded-for']), address].join(', ')
  const sent = Object.entries(headers).filter(([name]) => !['host', 'x-forwarded-for', 'via'].includes(name))
  const upstream = requestOrigin(
    {
      hostname: origin.hostname,
      port: origin.port,
      method: request.method,
      path: query ? `${uri}?${query}` : uri,
      headers: {
        ...Object.fromEntries(sent.map(([name, value]) => [name, allOf(value)])),
        ...(cookie ? { cookie } : {}),
        host: origin.host,
        via: '2.0 0123456789abcdef.cloudfront.net (CloudFront)',
        'x-amz-cf-id': randomBytes(30).toString('base64url'),
        'x-forwarded-for': forwardedFor,
        ...added,
      },
    },
    (answered) => {
      const headersBack = pairsOf(answered.rawHeaders).filter(([name]) => !/^(connection|keep-alive)$/i.test(name))
      const marks: [string, string][] = [
        ['X-Cache', 'Miss from cloudfront'],
        ['Via', '1.1 0123456789abcdef.cloudfront.net (CloudFront)'],
      ]
      response.writeHead(answered.statusCode ?? 502, [...headersBack, ...marks].flat())
      // What the origin cuts is cut for the viewer too, and the other way round.
      pipeline(answered, response, () => undefined)
    },
  )
  upstream.on('error', () => {
    if (!response.headersSent) send(response, refusal(502))
  })
  // An origin that has answered, or is gone, reads no more of the body. The viewer may still be sending it: what is left unread on a
  // connection resets that as soon as it is closed, with the next request on it.
  upstream.on('close', () => viewer.unpipe(upstream).resume())
  response.on('close', () => upstream.destroy())
  viewer.pipe(upstream)
}

const allOf = (value: Value | undefined): string[] =>
  value ? (value.multiValue?.map((one) => one.value) ?? [value.value]) : []

const joined = (values: Values, separator: string): string =>
  Object.entries(values)
    .flatMap(([name, value]) => allOf(value).map((one) => `${name}=${one}`))
    .join(separator)

const partsOf = (parts: string[]): [string, string][] =>
  parts.filter((part) => part !== '').map((part) => splitOnce(part, '='))

function valuesOf(pairs: readonly (readonly [string, string])[]): Values {
  const grouped = [...Map.groupBy(pairs, ([name]) => name)]
  return Object.fromEntries(
    grouped.map(([name, group]) => {
      const values = group.map(([, value]) => ({ value }))
      return [name, { value: values[0]?.value ?? '', ...(values.length > 1 ? { multiValue: values } : {}) }]
    }),
  )
}

function splitOnce(text: string, separator: string): [string, string] {
  const index = text.indexOf(separator)
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + separator.length)]
}

const pairsOf = (raw: string[]): [string, string][] =>
  Array.from({ length: raw.length / 2 }, (_, index) => [raw[2 * index] ?? '', raw[2 * index + 1] ?? ''])
