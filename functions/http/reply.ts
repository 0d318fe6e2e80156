import { Readable } from 'node:stream'
import type { APIGatewayProxyEvent } from 'aws-lambda'

export interface Reply<Json = unknown> {
  status: number
  headers?: Record<string, string>
  /** Complete `Set-Cookie` values. */
  cookies?: string[]
  json?: Json
  body?: string | Readable
}

/** Converts a reply to a Lambda proxy result. A buffered Lambda cannot send a stream; a streaming one can send both. */
export function render(event: APIGatewayProxyEvent, reply: Reply, stream: boolean) {
  const { status, headers = {}, cookies = [], json, body } = reply
  if (body instanceof Readable && !stream) throw new Error('A function that is not in `streamed` returned a stream')
  const content = json === undefined ? (body ?? '') : JSON.stringify(json)
  const type = json === undefined ? {} : { 'Content-Type': 'application/json' }
  return {
    statusCode: status,
    headers: { 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-cache', ...type, ...headers },
    ...(cookies.length > 0 ? { multiValueHeaders: { 'Set-Cookie': cookies } } : {}),
    body: event.httpMethod === 'HEAD' ? withoutBody(content) : stream ? streamable(content) : content,
  }
}

function withoutBody(content: string | Readable): string {
  if (content instanceof Readable) content.destroy()
  return ''
}

/** Converts text to bytes first: a long string could be split in the middle of a surrogate pair. */
const streamable = (content: string | Readable): string | Readable =>
  typeof content === 'string' && content !== '' ? Readable.from([Buffer.from(content)]) : content
