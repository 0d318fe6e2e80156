import type { IncomingMessage } from 'node:http'
import { finished } from 'node:stream/promises'

const MOST_BYTES = 64 * 1024 * 1024
export const LONGEST_DRAIN_MS = 5_000

/**
 * Reads what a client is still sending and throws it away. For answers that are given before the request is read: a connection that
 * is closed with unread data on it is reset, and a client that sends before it reads never sees the answer.
 *
 * @returns whether the request is complete; false for one that goes on after 64 MiB or five seconds, and for a client that left
 */
export async function drain(request: IncomingMessage): Promise<boolean> {
  const tooMuch = new AbortController()
  let bytes = 0
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > MOST_BYTES) tooMuch.abort()
  })
  request.resume()
  const signal = AbortSignal.any([tooMuch.signal, AbortSignal.timeout(LONGEST_DRAIN_MS)])
  await finished(request, { signal }).catch(() => undefined)
  return request.complete
}
