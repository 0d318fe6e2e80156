import type { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Log } from '../../../shared/log.ts'
import { drain, MAX_DRAIN_MS } from '../drain.ts'
import { InvocationTimedOut } from '../lambda.ts'

/**
 * Sends a response of the gateway's own, with the body that gateway responses have on AWS. Reaches even a client that is still
 * sending its request.
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
 * Responds for a function that failed. The client gets only the request id; the reason goes to the log. A response that has started
 * is cut off so that it can't look complete. Sends nothing to a client that disconnected during its request.
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

/** Responds to input that Node's HTTP parser rejects. Called again for further data on the same connection. */
export function refuseMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  // Already answered. Discard further data instead of resetting: a reset could reach the client before the response.
  if (socket.writableEnded) return
  if (!socket.writable) return void socket.destroy()
  const reason = error.code === 'HPE_HEADER_OVERFLOW' ? 'the headers are too large' : 'malformed HTTP'
  const body = JSON.stringify({ detail: `Bad Request: ${reason}` })
  const head = ['HTTP/1.1 400 Bad Request', 'Content-Type: application/json', `Content-Length: ${body.length}`]
  socket.end([...head, 'Connection: close', '', body].join('\r\n'))
  const cut = setTimeout(() => socket.destroy(), MAX_DRAIN_MS)
  socket.once('close', () => clearTimeout(cut))
}
