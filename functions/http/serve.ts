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

/** A request, parsed by the schemas of its endpoint. */
export interface Call<E extends Endpoint = Endpoint> {
  params: ParamsOf<E>
  query: QueryOf<E>
  body: BodyOf<E>
  /** Undefined for public endpoints, which don't authenticate. */
  caller: E['who'] extends 'public' ? undefined : Caller
  /** The caller's item, freshly read; undefined for the admin key. */
  user: Identity['user']
  /** The client's address. */
  address: string
  /** Header names are in lower case. */
  headers: Record<string, string | undefined>
  event: APIGatewayProxyEvent
  log: Log
  /** Aborts at the request's deadline. Calls to AWS already use it. */
  signal: AbortSignal
}

/** One handler for every endpoint declared for a Lambda, and no others. */
export type Handlers<Name extends HttpFunction, R> = {
  [Id in OperationsOf<Name>]: Handler<Operation<Id>, R>
}
type Handler<E extends Endpoint, R> = (call: Call<E>, resources: R) => Promise<Reply<JsonOf<E>>>

/** Milliseconds to answer a request: the gateway gives up after 29 seconds, and an abort promises an answer within five. */
const DEADLINE_MS = 25_000
const deadlinesMs: Partial<Record<HttpFunction, number>> = { abort: 4_800 }

/**
 * Builds the Lambda handler of one function. It needs a handler for every endpoint declared for that function. Checks run before
 * the handler, in this order: 401, then 422 with all problems at once, then 403. Unknown paths get a 404, unknown methods a 405.
 *
 * @param resources - opens the handlers' resources; called only after these checks pass
 */
export function serve<Name extends HttpFunction, R>(name: Name, resources: () => R, handlers: Handlers<Name, R>) {
  const stream = streamed.has(name)
  const mode = stream ? { executionMode: executionModeStreamifyResponse } : {}
  return middy(mode)
    .use(errorsToReplies())
    .handler(async (event: APIGatewayProxyEvent) => {
      const deadlineMs = deadlinesMs[name] ?? DEADLINE_MS
      return render(event, await within(deadlineMs, async (signal) => await replyTo(event, signal)), stream)
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

/** A request that passed all checks. */
interface Request extends Omit<Call, 'params' | 'caller'> {
  params: Params
  caller: Caller | undefined
}

/** Finds the endpoint, authenticates the caller and parses the request. @throws DomainError for every check that fails */
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
 * The only cast to an endpoint's own types. It is safe because those types derive from the same schemas that {@link admit} has
 * just applied.
 */
const callOf = <E extends Endpoint>(request: Request): Call<E> => request as unknown as Call<E>

const lowerCase = (headers: APIGatewayProxyEvent['headers'] | null): Call['headers'] =>
  Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]))

const logFor = ({ requestContext: { requestId } }: APIGatewayProxyEvent): Log =>
  createLog({ level: readEnv(LogEnv).LOG_LEVEL, facts: { requestId } })
