import type { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Log } from '../../../shared/log.ts'
import { InvocationTimedOut } from '../lambda.ts'

/** An answer of the gateway's own, with the body that gateway responses have on AWS. */
export function sendDetail(response: ServerResponse, status: number, detail: string, requestId?: string): void {
  const body = JSON.stringify({ detail, request_id: requestId })
  const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }
  response.writeHead(status, headers).end(body)
}

/**
 * Answers for a function that failed: the client learns the request's id only, the log has the reason. A response that
 * has begun is cut, so that nobody takes it for whole. A client that left in mid-request gets nothing.
 */
export function sendFailure(log: Log, response: ServerResponse, requestId: string, error: unknown): void {
  if (response.req.errored) return
  log.error('The function failed', { request_id: requestId, error })
  if (response.headersSent) response.destroy()
  else if (error instanceof InvocationTimedOut) sendDetail(response, 504, 'Endpoint request timed out', requestId)
  else sendDetail(response, 502, 'Internal server error', requestId)
}

/** For what Node's parser refuses: it never becomes a request. */
export function refuseMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable) return void socket.destroy()
  const reason = error.code === 'HPE_HEADER_OVERFLOW' ? 'the headers are too large' : 'malformed HTTP'
  const body = JSON.stringify({ detail: `Bad Request: ${reason}` })
  const head = ['HTTP/1.1 400 Bad Request', 'Content-Type: application/json', `Content-Length: ${body.length}`]
  socket.end([...head, 'Connection: close', '', body].join('\r\n'))
}
