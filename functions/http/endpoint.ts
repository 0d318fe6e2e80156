import { Readable } from 'node:stream'
import middy, { type MiddlewareObj } from '@middy/core'
import { executionModeStreamifyResponse } from '@middy/core/executionModeStreamifyResponse'
import type { APIGatewayProxyEvent } from 'aws-lambda'
import { LogEnv, readEnv } from '../../shared/env.ts'
import { DomainError } from '../../shared/errors.ts'
import { createLog, type Log } from '../../shared/log.ts'
import type { Caller } from '../../shared/user.ts'
import { authenticate } from '../accounts/authenticate.ts'
import { pathSegments } from './address.ts'
import { replyTo } from './error-table.ts'

export interface Call {
  method: 'GET' | 'POST' | 'DELETE'
  /** Of the whole path, each decoded once by itself. */
  segments: string[]
  /** Whether the path ends with a slash. */
  atFolder: boolean
  query: Record<string, string | undefined>
  /** Names in lower case. */
  headers: Record<string, string | undefined>
  event: APIGatewayProxyEvent
  log: Log
}

export interface Reply {
  status: number
  headers?: Record<string, string>
  json?: unknown
  body?: string | Readable
}

type Answer<Who> = (call: Call, caller: Who) => Promise<Reply>

interface Options {
  /** For responses that may be larger than a buffered one; the function must be in `streamed` of the route table. */
  stream?: boolean
}

/** A Lambda handler for callers with valid credentials; anyone else gets 401 before anything is looked at. */
export const endpoint = (answer: Answer<Caller>, options: Options = {}) =>
  build(async (call) => await answer(call, await authenticate(call.headers)), options)

/** A Lambda handler for anyone. */
export const publicEndpoint = (answer: Answer<Caller | undefined>, options: Options = {}) =>
  build(async (call) => await answer(call, undefined), options)

/** For handlers whose addresses differ in who may ask. */
export const requireCaller = async ({ headers }: Call): Promise<Caller> => await authenticate(headers)

function build(answer: (call: Call) => Promise<Reply>, { stream = false }: Options) {
  const mode = stream ? { executionMode: executionModeStreamifyResponse } : {}
  return middy(mode)
    .use(errorsToReplies())
    .handler(async (event: APIGatewayProxyEvent) => render(event, await answer(callOf(event)), stream))

  function errorsToReplies(): MiddlewareObj<APIGatewayProxyEvent> {
    return {
      onError: (request) => {
        const { event, error } = request
        const { requestId } = event.requestContext
        const reply = replyTo(error, requestId)
        if (reply.status >= 500) logFor(event).error('request failed', { error, path: event.path })
        request.response = render(event, reply, stream)
      },
    }
  }
}

function callOf(event: APIGatewayProxyEvent): Call {
  const headers = Object.entries(event.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value])
  return {
    method: event.httpMethod === 'HEAD' ? 'GET' : (event.httpMethod as Call['method']),
    segments: pathSegments(event.path),
    atFolder: event.path.endsWith('/'),
    query: event.queryStringParameters ?? {},
    headers: Object.fromEntries(headers),
    event,
    log: logFor(event),
  }
}

const logFor = ({ requestContext: { requestId } }: APIGatewayProxyEvent): Log =>
  createLog({ level: readEnv(LogEnv).LOG_LEVEL, facts: { requestId } })

/** A buffered Lambda cannot send a stream; a streaming one takes either. */
function render(event: APIGatewayProxyEvent, { status, headers = {}, json, body }: Reply, stream: boolean) {
  if (body instanceof Readable && !stream) throw new Error('A stream from a function that is not in `streamed`')
  const content = json === undefined ? (body ?? '') : JSON.stringify(json)
  const type = json === undefined ? {} : { 'Content-Type': 'application/json' }
  const all = { 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-cache', ...type, ...headers }
  if (event.httpMethod !== 'HEAD') return { statusCode: status, headers: all, body: content }
  if (content instanceof Readable) content.destroy()
  return { statusCode: status, headers: all, body: '' }
}

/** The request's body as JSON: `{}` when there is none. @throws DomainError `invalid-request` when it is not a JSON object */
export function jsonBody({ event }: Call): unknown {
  if (!event.body) return {}
  const text = event.isBase64Encoded ? decodeUtf8(Buffer.from(event.body, 'base64')) : event.body
  try {
    return JSON.parse(text)
  } catch (cause) {
    const problems = [{ loc: ['body'], msg: 'The body is not valid JSON', type: 'json_invalid' }]
    throw new DomainError('invalid-request', { problems }, { cause })
  }
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    const problems = [{ loc: ['body'], msg: 'The body is not valid UTF-8', type: 'json_invalid' }]
    throw new DomainError('invalid-request', { problems }, { cause })
  }
}
