import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
  request as send,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/**
 * - `refuse`: nobody listens. Where only some requests are meant, their connections are cut.
 * - `stall`: a request is taken and never answered.
 * - `fail`: status 500, nothing is done.
 * - `lose-reply`: it is done, and the answer never comes.
 */
export type Fault = 'refuse' | 'stall' | 'fail' | 'lose-reply'

export interface SeenRequest {
  method: string
  /** With the query. */
  path: string
  /** Operation of a JSON protocol: `DynamoDB_20120810.UpdateItem`. */
  operation: string
  headers: IncomingHttpHeaders
  body: string
}

export interface FaultProxy extends AsyncDisposable {
  url: string
  /** Sends on to this address from now on. */
  use(upstream: string): void
  /** From now on requests meet this fault, all of them or those that match. */
  break(fault: Fault, matches?: (request: SeenRequest) => boolean): Promise<void>
  /** How many requests have met the present fault. */
  met(): number
  /** Ends the fault; connections that hang in it are cut. */
  heal(): Promise<void>
}

/** A server that stands before DynamoDB's, SQS's or S3's, and breaks when it is told to. */
export async function startFaultProxy(): Promise<FaultProxy> {
  let upstream = ''
  let present: { fault: Fault; matches: ((request: SeenRequest) => boolean) | undefined } | undefined
  let met = 0
  const hanging = new Set<ServerResponse>()
  const server = createServer((request, response) => {
    pass(request, response).catch(() => response.destroy())
  })

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request)
    const fault = faultFor(request, body)
    if (fault) met++
    if (fault === 'refuse') return void response.destroy()
    if (fault === 'fail') return void response.writeHead(500).end()
    if (fault) hanging.add(response)
    if (fault === 'stall') return
    await forward(new URL(upstream), request, body, fault === 'lose-reply' ? undefined : response)
  }

  function faultFor(request: IncomingMessage, body: Buffer): Fault | undefined {
    if (!present) return undefined
    const operation = String(request.headers['x-amz-target'] ?? '')
    const { method = '', url: path = '', headers } = request
    const seen = { method, path, operation, headers, body: body.toString() }
    return !present.matches || present.matches(seen) ? present.fault : undefined
  }

  const listen = async (port: number) => await new Promise<void>((done) => server.listen(port, '127.0.0.1', done))
  const stop = async () => {
    const closed = new Promise<void>((done) => server.close(() => done()))
    server.closeAllConnections()
    await closed
  }
  await listen(0)
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    use: (address) => {
      upstream = address
    },
    met: () => met,
    async break(fault, matches) {
      present = { fault, matches }
      met = 0
      if (fault === 'refuse' && !matches) await stop()
    },
    async heal() {
      present = undefined
      for (const response of hanging) response.destroy()
      hanging.clear()
      if (!server.listening) await listen(port)
    },
    [Symbol.asyncDispose]: stop,
  }
}

/** Rejects when the upstream cannot be reached, or breaks off. Without a `response` the answer is thrown away. */
async function forward(to: URL, from: IncomingMessage, body: Buffer, response?: ServerResponse): Promise<void> {
  // Servers answer to their own name alone.
  const headers = { ...from.headers, host: to.host }
  const options = { host: to.hostname, port: to.port, method: from.method, path: from.url, headers }
  await new Promise<void>((resolve, reject) => {
    const onward = send(options, (answer) => {
      answer.on('error', reject).on('end', resolve)
      if (!response) return void answer.resume()
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', reject).end(body)
  })
}
