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
import { invoke, type LambdaContext, type LambdaHandler, lambdaContext, withTimeout } from './lambda.ts'
import { listen, stop } from './listen.ts'
import type { RunningServer } from './running-server.ts'

export interface GatewayOptions {
  routes: readonly Route[]
  streamed: ReadonlySet<HttpFunction>
  /** Loads a function's handler. Called for each request, always after the `awslambda` global is set. */
  load: (name: HttpFunction) => Promise<LambdaHandler>
  host: string
  /** 0 for any free port. */
  port: number
  stage?: string
  /** Limit for a buffered response, else 504. Default: API Gateway's 29. */
  timeoutSeconds?: number
  /** Limit for a complete streamed response, else it is cut off. Default: API Gateway's 15 minutes. */
  streamTimeoutSeconds?: number
  /** Receives the reason for every 502 and 504. */
  log?: Log
}

type Gateway = Required<Omit<GatewayOptions, 'host' | 'port'>>

/**
 * Starts an HTTP server that stands in for API Gateway: a REST API with Lambda proxy integration, built from the same route table.
 * Its own errors have the body `{"detail"}`, as gateway responses give them on AWS. `close` gives running requests five seconds.
 *
 * @throws Error that says what to do if it can't listen
 */
export async function startGateway(options: GatewayOptions): Promise<RunningServer> {
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
    throw new Error(
      `The handler of ${name} ${streamed ? 'does not stream' : 'streams'}, but the route table says otherwise`,
    )
  }
  const timeoutSeconds = streamed ? gateway.streamTimeoutSeconds : gateway.timeoutSeconds
  const context = lambdaContext(name, requestId, timeoutSeconds)
  if (streamed) return answerStreamed(handler, event, context, response, timeoutSeconds)
  sendBuffered(response, requestId, await withTimeout(timeoutSeconds, invoke(handler, event, context)))
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
    await withTimeout(timeoutSeconds, Promise.all([invoke(handler, event, stream, context), finished(stream)]))
  } catch (error) {
    stream.destroy()
    if (!(stream.errored instanceof ClientLeft)) throw error
  }
}

/** Path and query as sent, except that raw brackets are encoded, as the CloudFront function does on AWS. */
function parseTarget(target: string): [path: string, query: string] {
  const relative = target.replace(/^https?:\/\/[^/?]*/i, '')
  const mark = relative.indexOf('?')
  const path = mark === -1 ? relative : relative.slice(0, mark)
  const encoded = path.replaceAll('[', '%5B').replaceAll(']', '%5D')
  return [encoded === '' ? '/' : encoded, mark === -1 ? '' : relative.slice(mark + 1)]
}
