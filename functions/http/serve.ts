import middy, { type MiddlewareObj } from '@middy/core'
import { executionModeStreamifyResponse } from '@middy/core/executionModeStreamifyResponse'
import type { APIGatewayProxyEvent } from 'aws-lambda'
import type { BodyOf, Endpoint, HttpFunction, JsonOf, ParamsOf, QueryOf } from '../../api/declare.ts'
import { streamed } from '../../api/routes.ts'
import { within } from '../../shared/aws/deadline.ts'
import { LogEnv, readEnv } from '../../shared/env.ts'
import { createLog, type Log } from '../../shared/log.ts'
import type { Caller } from '../../shared/user.ts'
import { authenticate, type Identity } from '../accounts/authenticate.ts'
import { refuseCrossSite } from '../accounts/cross-site.ts'
import { requireRole } from '../accounts/permissions.ts'
import { clientAddress } from './client-address.ts'
import { replyTo } from './error-table.ts'
import { jsonBody } from './json-body.ts'
import { type Reply, render } from './reply.ts'
import { type Params, resolve } from './resolve.ts'
import { validate } from './validate.ts'

/** A request for an endpoint, parsed as it declares. */
export interface Call<E extends Endpoint = Endpoint> {
  params: ParamsOf<E>
  query: QueryOf<E>
  body: BodyOf<E>
  /** Of a public endpoint nobody knows who calls. */
  caller: E['who'] extends 'public' ? undefined : Caller
  /** The caller's user as it was read just now; the holder of the admin key has none. */
  user: Identity['user']
  /** The address that the request came from. */
  address: string
  /** Names in lower case. */
  headers: Record<string, string | undefined>
  event: APIGatewayProxyEvent
  log: Log
  /** Ends when an answer is due. Calls to AWS end with it by themselves. */
  signal: AbortSignal
}

/** An endpoint and what answers it. */
export interface Answer {
  endpoint: Endpoint
  answer: (call: never) => Promise<Reply>
}

/** An endpoint with what answers it. */
export const answer = <E extends Endpoint>(
  endpoint: E,
  reply: (call: Call<E>) => Promise<Reply<JsonOf<E>>>,
): Answer => ({ endpoint, answer: reply })

/** Milliseconds until an answer is due: before the gateway gives up after 29 seconds, and of an abort within five. */
const ANSWER_DUE_MS = 25_000
const answerDueMs: Partial<Record<HttpFunction, number>> = { abort: 4_800 }

/**
 * A Lambda handler for these endpoints. Before one is asked: 401, then 422 with all problems at once, then 403. It also
 * says of any other address that it is none.
 */
export function serve(...answers: readonly Answer[]) {
  const stream = answers.some(({ endpoint }) => streamed.has(endpoint.function))
  const due = Math.min(...answers.map(({ endpoint }) => answerDueMs[endpoint.function] ?? ANSWER_DUE_MS))
  const mode = stream ? { executionMode: executionModeStreamifyResponse } : {}
  return middy(mode)
    .use(errorsToReplies())
    .handler(async (event: APIGatewayProxyEvent) => {
      const reply = await within(due, async (signal) => await replyOf(event, answers, signal))
      return render(event, reply, stream)
    })

  function errorsToReplies(): MiddlewareObj<APIGatewayProxyEvent> {
    return {
      onError: (request) => {
        const { event, error } = request
        const reply = replyTo(error, event)
        if (reply.status >= 500) logFor(event).error('request failed', { error, path: event.path })
        request.response = render(event, reply, stream)
      },
    }
  }
}

async function replyOf(event: APIGatewayProxyEvent, answers: readonly Answer[], signal: AbortSignal): Promise<Reply> {
  const resolved = resolve(event.httpMethod, event.path)
  const headers = lowerCase(event.headers)
  const open = resolved.refusal ? resolved.open : resolved.endpoint.who === 'public'
  const address = clientAddress(event, headers)
  const identity = open ? undefined : await authenticate(headers, address)
  if (resolved.refusal) {
    if (identity && event.path.startsWith('/api/admin/')) requireRole(identity.caller, 'admin')
    throw resolved.refusal
  }
  const { endpoint, params } = resolved
  const [query, body] = validate([
    { where: 'query', schema: endpoint.query, input: () => event.queryStringParameters ?? {} },
    { where: 'body', schema: endpoint.body, input: () => jsonBody(event) },
  ])
  if (identity) requireRole(identity.caller, endpoint.who)
  if (identity?.by === 'session' && endpoint.method !== 'GET') refuseCrossSite(headers)
  const found = answers.find((candidate) => candidate.endpoint === endpoint)
  if (!found) throw new Error(`The routes lead ${endpoint.method} ${endpoint.paths[0]} to another function`)
  const { caller, user } = identity ?? {}
  const known = { params, query, body, caller, user, address, headers }
  const call = { ...known, event, log: logFor(event), signal } satisfies Parsed
  return await found.answer(call as never)
}

/** A call before its parts have their endpoint's types. */
interface Parsed extends Omit<Call, 'params' | 'caller'> {
  params: Params
  caller: Caller | undefined
}

const lowerCase = (headers: APIGatewayProxyEvent['headers'] | null): Call['headers'] =>
  Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]))

const logFor = ({ requestContext: { requestId } }: APIGatewayProxyEvent): Log =>
  createLog({ level: readEnv(LogEnv).LOG_LEVEL, facts: { requestId } })
