import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { finished } from 'node:stream/promises'
import type { HttpFunction, Route } from '../../api/routes.ts'
import { createLog, type Log } from '../../shared/log.ts'
import { sendBuffered } from './gateway/buffered-response.ts'
import { refuseMalformed, sendDetail, sendFailure } from './gateway/gateway-responses.ts'
import { matchRoute } from './gateway/match-route.ts'
import { proxyEvent } from './gateway/proxy-event.ts'
import { readBody } from './gateway/request-body.ts'
import { ClientLeft, installResponseStreaming, isStreamed, ResponseStream } from './gateway/response-stream.ts'
import { before, invoke, type LambdaContext, type LambdaHandler, lambdaContext } from './lambda.ts'
import { listen, stop } from './listen.ts'
import type { Started } from './started.ts'

export interface GatewayOptions {
  routes: readonly Route[]
  streamed: ReadonlySet<HttpFunction>
  /** Gives a function's handler. Asked for at each request; called after the `awslambda` global is there. */
  load: (name: HttpFunction) => Promise<LambdaHandler>
  host: string
  /** 0 takes any free one. */
  port: number
  stage?: string
  /** A buffered response has to be there by then, else 504: API Gateway's 29. */
  timeoutSeconds?: number
  /** A streamed response has to be complete by then, else it is cut: API Gateway's 15 minutes. */
  streamTimeoutSeconds?: number
  /** Gets the reason of every 502 and 504. */
  log?: Log
}

type Gateway = Required<Omit<GatewayOptions, 'host' | 'port'>>

/**
 * An HTTP server that stands in for API Gateway: a REST API with Lambda proxy integration, from the same route table.
 * Errors of its own have the body `{"detail"}`, which gateway responses give them on AWS.
 * Rejects with one plain sentence where it cannot listen. `close` lets running requests finish for five seconds.
 */
export async function startGateway(options: GatewayOptions): Promise<Started> {
  const log = createLog({ level: 'info' })
  const gateway = { stage: 'local', timeoutSeconds: 29, streamTimeoutSeconds: 900, log, ...options }
  installResponseStreaming()
  const server = createServer({ requireHostHeader: false, keepAliveTimeout: 65_000 }, (request, response) => {
    const requestId = randomUUID()
    answer(gateway, request, response, requestId).catch((error) => sendFailure(gateway.log, response, requestId, error))
  })
  server.on('clientError', refuseMalformed)
  const url = await listen(server, options.host, options.port)
  return { url, close: () => stop(server) }
}

async function answer(
  gateway: Gateway,
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
): Promise<void> {
  if (!request.headers.host) return sendDetail(response, 400, 'Bad Request: the Host header is missing')
  const [path, query] = parseTarget(request.url ?? '/')
  const match = matchRoute(gateway.routes, request.method ?? 'GET', path)
  if (!match) return sendDetail(response, 404, 'Not Found')
  const body = await readBody(request)
  if (!body) return sendDetail(response, 413, 'Request body too large')

  const { handler: name } = match.route
  const event = proxyEvent({ request, match, path, query, body, stage: gateway.stage, requestId })
  const handler = await gateway.load(name)
  const streamed = gateway.streamed.has(name)
  if (streamed !== isStreamed(handler)) {
    throw new Error(`The handler of ${name} ${streamed ? 'does not stream' : 'streams'}, unlike its routes`)
  }
  const timeoutSeconds = streamed ? gateway.streamTimeoutSeconds : gateway.timeoutSeconds
  const context = lambdaContext(name, requestId, timeoutSeconds)
  if (streamed) return answerStreamed(handler, event, context, response, timeoutSeconds)
  sendBuffered(response, requestId, await before(timeoutSeconds, invoke(handler, event, context)))
}

async function answerStreamed(
  handler: LambdaHandler,
  event: object,
  context: LambdaContext,
  response: ServerResponse,
  timeoutSeconds: number,
): Promise<void> {
  const stream = new ResponseStream(response, context.awsRequestId)
  try {
    await before(timeoutSeconds, Promise.all([invoke(handler, event, stream, context), finished(stream)]))
  } catch (error) {
    stream.destroy()
    if (!(stream.errored instanceof ClientLeft)) throw error
  }
}

/** Path and query as they were sent; raw brackets are encoded, as CloudFront's function does on AWS. */
function parseTarget(target: string): [path: string, query: string] {
  const relative = target.replace(/^https?:\/\/[^/?]*/i, '')
  const mark = relative.indexOf('?')
  const path = mark === -1 ? relative : relative.slice(0, mark)
  const encoded = path.replaceAll('[', '%5B').replaceAll(']', '%5D')
  return [encoded === '' ? '/' : encoded, mark === -1 ? '' : relative.slice(mark + 1)]
}
