import { once } from 'node:events'
import { type OutgoingHttpHeaders, request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import * as dynamodb from '@aws-sdk/client-dynamodb'
import * as ecs from '@aws-sdk/client-ecs'
import * as sqs from '@aws-sdk/client-sqs'

/** A request that one of the service's own endpoints might answer. */
export interface EndpointRequest {
  what: string
  method: string
  path: string
  headers: Record<string, string>
  body: string
}

/** Every operation that the SDK knows of a service, as its protocol has it, and one that nobody knows. */
const operations = (prefix: string, sdk: object): EndpointRequest[] =>
  [...Object.keys(sdk).filter((name) => /^[A-Z]\w+Command$/.test(name)), 'NoSuchOperationCommand'].map((name) => {
    const target = `${prefix}.${name.replace(/Command$/, '')}`
    const headers = { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.1' }
    return { what: target, method: 'POST', path: '/', headers, body: '{}' }
  })

const plain = (method: string, path: string, body = '', headers: Record<string, string> = {}): EndpointRequest => {
  return { what: `${method} ${path}`, method, path, headers, body }
}

const paths = [
  '/',
  '/health',
  '/_fauxqs/queues',
  '/_fauxqs/queues/docsfy-doorbell.fifo',
  '/docsfy',
  '/docsfy/any.html',
  '/docsfy?list-type=2',
  '/docsfy/any?uploads',
  '/docsfy?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=local%2F20260101%2Fus-east-1%2Fs3%2Faws4_request',
  '/000000000000/docsfy-doorbell.fifo',
  '/v4/any/task',
  '/v4/any',
  '/%',
  '/%ff',
  '//',
  '/../',
  '/favicon.ico',
]

/** All that might be asked of DynamoDB, SQS, S3 and ECS: every operation, and every method on every kind of path. */
export const endpointRequests: readonly EndpointRequest[] = [
  ...operations('DynamoDB_20120810', dynamodb),
  ...operations('AmazonSQS', sqs),
  ...operations('AmazonEC2ContainerServiceV20141113', ecs),
  ...paths.flatMap((path) =>
    ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'PATCH'].map((method) => plain(method, path)),
  ),
  plain('POST', '/', 'Action=ListQueues', { 'content-type': 'application/x-www-form-urlencoded' }),
  plain('POST', '/docsfy?delete', '<Delete/>'),
]

export interface EndpointReply {
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
}

/** Sends a request as it is, with these headers beside or in place of its own. */
export async function askEndpoint(
  url: string,
  { method, path, headers, body }: EndpointRequest,
  more: OutgoingHttpHeaders = {},
): Promise<EndpointReply> {
  const { hostname, port } = new URL(url)
  const sent = request({ hostname, port, method, path, headers: { ...headers, ...more }, agent: false })
  // A refusal does not wait for the body.
  sent.on('error', () => undefined)
  sent.end(body)
  const [response] = await once(sent, 'response')
  return { status: response.statusCode, headers: response.headers, text: (await buffer(response)).toString() }
}
