import type { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Log } from '../../../shared/log.ts'
import { drain, LONGEST_DRAIN_MS } from '../drain.ts'
import { InvocationTimedOut } from '../lambda.ts'

/**
 * An answer of the gateway's own, with the body that gateway responses have on AWS. It may come before the request has been read: a
 * client that is still sending gets it all the same.
 */
export async function sendDetail(
  response: ServerResponse,
  status: number,
  detail: string,
  requestId?: string,
): Promise<void> {
  const body = JSON.stringify({ detail, request_id: requestId })
  const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }
  response.writeHead(status, headers).write(body)
  const isComplete = await drain(response.req)
  response.end(() => {
    if (!isComplete) response.req.destroy()
  })
}

/**
 * Answers for a function that failed: the client learns the request's id only, the log has the reason. A response that
 * has begun is cut, so that nobody takes it for whole. A client that left in mid-request gets nothing.
 */
export async function sendFailure(
  log: Log,
  response: ServerResponse,
  requestId: string,
  error: unknown,
): Promise<void> {
  if (response.req.errored) return
  log.error('The function failed', { request_id: requestId, error })
  if (response.headersSent) response.destroy()
  else if (error instanceof InvocationTimedOut) await sendDetail(response, 504, 'Endpoint request timed out', requestId)
  else await sendDetail(response, 502, 'Internal server error', requestId)
}

/** For what Node's parser refuses: it never becomes a request. Called again for whatever else comes on the same connection. */
export function refuseMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  // Answered already. What the client is still sending is thrown away, since a reset would overtake the answer.
  if (socket.writableEnded) return
  if (!socket.writable) return void socket.destroy()
  const reason = error.code === 'HPE_HEADER_OVERFLOW' ? 'the headers are too large' : 'malformed HTTP'
  const body = JSON.stringify({ detail: `Bad Request: ${reason}` })
  const head = ['HTTP/1.1 400 Bad Request', 'Content-Type: application/json', `Content-Length: ${body.length}`]
  socket.end([...head, 'Connection: close', '', body].join('\r\n'))
  const cut = setTimeout(() => socket.destroy(), LONGEST_DRAIN_MS)
  socket.once('close', () => clearTimeout(cut))
}
