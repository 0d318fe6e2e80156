import { createHash, randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { APIGatewayProxyEvent } from 'aws-lambda'
import type { Match } from './match-route.ts'

export interface ProxyRequest {
  request: IncomingMessage
  match: Match
  /** Encoded, with the leading slash, without stage and query. */
  path: string
  query: string
  body: Buffer
  stage: string
  requestId: string
}

/**
 * Builds the event of a REST API with Lambda proxy integration.
 * Source: API Gateway developer guide, "Input format of a Lambda function for proxy integration". What the guide leaves open
 * (decoding, the case of header names, omitted headers) follows captures from the live service.
 */
export function proxyEvent(proxyRequest: ProxyRequest): APIGatewayProxyEvent {
  const { request, match, path, query, body } = proxyRequest
  const headers = headersOf(request)
  const parameters = grouped([...new URLSearchParams(query)])
  const isBase64Encoded = body.length > 0 && !isText(request.headers['content-type'])
  return {
    resource: match.route.path,
    path,
    httpMethod: request.method ?? 'GET',
    headers: lastOfEach(headers),
    multiValueHeaders: headers,
    queryStringParameters: query === '' ? null : lastOfEach(parameters),
    multiValueQueryStringParameters: query === '' ? null : parameters,
    pathParameters: match.pathParameters,
    stageVariables: null,
    requestContext: requestContext(proxyRequest),
    body: body.length === 0 ? null : body.toString(isBase64Encoded ? 'base64' : 'utf8'),
    isBase64Encoded,
  }
}

function requestContext(proxyRequest: ProxyRequest): APIGatewayProxyEvent['requestContext'] {
  const { request, match, path, stage, requestId } = proxyRequest
  const now = new Date()
  const domainName = (request.headers.host ?? '').replace(/:\d+$/, '')
  return {
    resourceId: createHash('sha256').update(match.route.path).digest('hex').slice(0, 6),
    resourcePath: match.route.path,
    httpMethod: request.method ?? 'GET',
    extendedRequestId: randomBytes(11).toString('base64'),
    requestTime: commonLogTime(now),
    requestTimeEpoch: now.getTime(),
    path: `/${stage}${path}`,
    accountId: '000000000000',
    protocol: `HTTP/${request.httpVersion}`,
    stage,
    domainName,
    domainPrefix: domainName.split('.')[0] ?? '',
    apiId: 'local',
    requestId,
    authorizer: null,
    identity: {
      accessKey: null,
      accountId: null,
      apiKey: null,
      apiKeyId: null,
      caller: null,
      clientCert: null,
      cognitoAuthenticationProvider: null,
      cognitoAuthenticationType: null,
      cognitoIdentityId: null,
      cognitoIdentityPoolId: null,
      principalOrgId: null,
      sourceIp: sourceIp(request),
      user: null,
      userAgent: request.headers['user-agent'] ?? null,
      userArn: null,
    },
  }
}

/** Headers that describe the connection to the gateway. The function does not receive them. */
const notForwarded = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-amzn-trace-id',
  'x-forwarded-for',
  'x-forwarded-port',
  'x-forwarded-proto',
])

/** Merges headers whose names differ only in case, under the first spelling. */
function headersOf(request: IncomingMessage): Record<string, string[]> {
  const forwardedFor = [request.headers['x-forwarded-for'] ?? [], sourceIp(request)].flat().join(', ')
  const spelling: Record<string, string> = { host: 'Host', 'user-agent': 'User-Agent' }
  const sent = Array.from({ length: request.rawHeaders.length / 2 }, (_, index): [string, string] => {
    const name = request.rawHeaders[2 * index] ?? ''
    spelling[name.toLowerCase()] ??= name
    return [spelling[name.toLowerCase()] ?? name, request.rawHeaders[2 * index + 1] ?? '']
  })
  return grouped([
    ...sent.filter(([name]) => !notForwarded.has(name.toLowerCase())),
    ['X-Amzn-Trace-Id', `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString('hex')}`],
    ['X-Forwarded-For', forwardedFor],
    ['X-Forwarded-Port', String(request.socket.localPort ?? '')],
    ['X-Forwarded-Proto', 'http'],
  ])
}

function grouped(pairs: [string, string][]): Record<string, string[]> {
  return Object.fromEntries(
    [...Map.groupBy(pairs, ([name]) => name)].map(([name, group]) => [name, group.map(([, value]) => value)]),
  )
}

function lastOfEach(values: Record<string, string[]>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all.at(-1) ?? '']))
}

function sourceIp(request: IncomingMessage): string {
  return (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '')
}

function isText(contentType = 'text/plain'): boolean {
  return /^(text\/|application\/(json|xml|javascript|x-www-form-urlencoded|[^;]*\+(json|xml))\b)/i.test(contentType)
}

/** `20/Feb/2018:22:48:57 +0000` */
function commonLogTime(date: Date): string {
  const [, day, month, year, time] = date.toUTCString().split(' ')
  return `${day}/${month}/${year}:${time} +0000`
}
