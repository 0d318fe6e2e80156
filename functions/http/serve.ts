import middy, { type MiddlewareObj } from '@middy/core'
import { executionModeStreamifyResponse } from '@middy/core/executionModeStreamifyResponse'
import type { APIGatewayProxyEvent } from 'aws-lambda'
import type { BodyOf, Endpoint, HttpFunction, JsonOf, ParamsOf, QueryOf } from '../../api/declare.ts'
import type { Operation, OperationId, OperationsOf } from '../../api/endpoints.ts'
import { streamed } from '../../api/routes.ts'
import { within } from '../../shared/aws/deadline.ts'
import { LogEnv, readEnv } from '../../shared/env.ts'
import { createLog, type Log } from '../../shared/log.ts'
import type { Caller } from '../../shared/user.ts'
import { authenticate, type Identity } from '../accounts/authenticate.ts'
import { refuseCrossSite } from '../accounts/cross-site.ts'
import { requireRole } from '../accounts/permissions.ts'
import { clientAddress } from './client-address.ts'
import { replyToError } from './error-table.ts'
import { jsonBody } from './json-body.ts'
import { type Reply, render } from './reply.ts'
import { type Params, type Resolved, resolve } from './resolve.ts'
import { validate } from './validate.ts'

/** A request for an endpoint, parsed as it declares. */
export interface Call<E extends Endpoint = Endpoint> {
  params: ParamsOf<E>
  query: QueryOf<E>
  body: BodyOf<E>
  /** Undefined at a public endpoint, which asks for no credentials. */
  caller: E['who'] extends 'public' ? undefined : Caller
  /** The caller's user as read just now; undefined for the holder of the admin key. */
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

/** Everything that one Lambda has to answer: a handler for each endpoint declared for it, and for no other. */
export type Handlers<Name extends HttpFunction, R> = {
  [Id in OperationsOf<Name>]: Handler<Operation<Id>, R>
}
type Handler<E extends Endpoint, R> = (call: Call<E>, resources: R) => Promise<Reply<JsonOf<E>>>

/** Milliseconds until an answer is due: before the gateway gives up after 29 seconds; for an abort, within five. */
const ANSWER_DUE_MS = 25_000
const answerDueMs: Partial<Record<HttpFunction, number>> = { abort: 4_800 }

/**
 * The Lambda handler of one function. Every endpoint declared for that function needs a handler here. Before a handler is
 * called: 401, then 422 with all problems at once, then 403. Paths and methods that no endpoint has get 404 and 405.
 *
 * @param resources - opens what the handlers work with; called once a request has passed these checks
 */
export function serve<Name extends HttpFunction, R>(name: Name, resources: () => R, handlers: Handlers<Name, R>) {
  const stream = streamed.has(name)
  const mode = stream ? { executionMode: executionModeStreamifyResponse } : {}
  return middy(mode)
    .use(errorsToReplies())
    .handler(async (event: APIGatewayProxyEvent) => {
      const due = answerDueMs[name] ?? ANSWER_DUE_MS
      return render(event, await within(due, async (signal) => await replyTo(event, signal)), stream)
    })

  async function replyTo(event: APIGatewayProxyEvent, signal: AbortSignal): Promise<Reply> {
    const { id, request } = await admit(event, signal)
    if (!answers(id))
      throw new Error(`The routes send ${event.httpMethod} ${event.path} to ${name}, which has no ${id}`)
    return await handle(id, request)
  }

  async function handle<Id extends OperationsOf<Name>>(id: Id, request: Request): Promise<Reply> {
    return await handlers[id](callOf<Operation<Id>>(request), resources())
  }

  function answers(id: OperationId): id is OperationsOf<Name> {
    return Object.hasOwn(handlers, id)
  }

  function errorsToReplies(): MiddlewareObj<APIGatewayProxyEvent> {
    return {
      onError: (request) => {
        const { event, error } = request
        const reply = replyToError(error, event)
        if (reply.status >= 500) logFor(event).error('request failed', { error, path: event.path })
        request.response = render(event, reply, stream)
      },
    }
  }
}

/** A request that has been let in, parsed by its endpoint's schemas. */
interface Request extends Omit<Call, 'params' | 'caller'> {
  params: Params
  caller: Caller | undefined
}

/** Finds the endpoint, the caller and the parts of the request. @throws DomainError for what is refused before any handler */
async function admit(event: APIGatewayProxyEvent, signal: AbortSignal): Promise<{ id: OperationId; request: Request }> {
  const resolved = resolve(event.httpMethod, event.path)
  const headers = lowerCase(event.headers)
  const address = clientAddress(event, headers)
  const identity = isPublic(resolved) ? undefined : await authenticate(headers, address)
  if (resolved.refusal) {
    if (identity && event.path.startsWith('/api/admin/')) requireRole(identity.caller, 'admin')
    throw resolved.refusal
  }
  const { id, endpoint, params } = resolved
  const [query, body] = validate([
    { where: 'query', schema: endpoint.query, input: () => event.queryStringParameters ?? {} },
    { where: 'body', schema: endpoint.body, input: () => jsonBody(event) },
  ])
  if (identity) requireRole(identity.caller, endpoint.who)
  if (identity?.by === 'session' && endpoint.method !== 'GET') refuseCrossSite(headers)
  const { caller, user } = identity ?? {}
  return { id, request: { params, query, body, caller, user, address, headers, event, log: logFor(event), signal } }
}

const isPublic = (resolved: Resolved): boolean =>
  resolved.refusal ? resolved.open : resolved.endpoint.who === 'public'

/**
 * The one place where what an endpoint's schemas have parsed gets the types that they promise: those are computed from the
 * very schemas that {@link admit} has applied.
 */
const callOf = <E extends Endpoint>(request: Request): Call<E> => request as unknown as Call<E>

const lowerCase = (headers: APIGatewayProxyEvent['headers'] | null): Call['headers'] =>
  Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]))

const logFor = ({ requestContext: { requestId } }: APIGatewayProxyEvent): Log =>
  createLog({ level: readEnv(LogEnv).LOG_LEVEL, facts: { requestId } })
