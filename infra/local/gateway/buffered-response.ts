import type { ServerResponse } from 'node:http'
import { writeHead } from './response-head.ts'

/** Lambda's limit for a buffered response, measured on its JSON. */
const maxResultBytes = 6_291_556

/**
 * Sends the result of a proxy integration.
 *
 * @throws Error, before sending anything, where API Gateway answers 502: an invalid format, or too large
 */
export function sendBuffered(response: ServerResponse, requestId: string, result: unknown): void {
  if (typeof result !== 'object' || result === null) throw new Error('The function returned no response object')
  const resultBytes = Buffer.byteLength(JSON.stringify(result))
  if (resultBytes > maxResultBytes) {
    throw new Error(`The function's response of ${resultBytes} bytes exceeds the limit of ${maxResultBytes}`)
  }
  const { body, isBase64Encoded, ...head } = result as Record<string, unknown>
  if (body !== undefined && body !== null && typeof body !== 'string') throw new Error('The body is not a string')
  const bytes = Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8')
  writeHead(response, requestId, head, bodyLength(response, head, bytes))
  response.end(bytes)
}

/** For HEAD, undefined keeps the function's own Content-Length: its body may be empty already. */
function bodyLength(response: ServerResponse, head: Record<string, unknown>, bytes: Buffer): number | undefined {
  if (head.statusCode === 204 || head.statusCode === 304) return undefined
  if (response.req.method === 'HEAD' && bytes.length === 0) return undefined
  return bytes.length
}
