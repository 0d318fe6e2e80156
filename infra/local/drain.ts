import type { IncomingMessage } from 'node:http'
import { finished } from 'node:stream/promises'

const MAX_BYTES = 64 * 1024 * 1024
export const MAX_DRAIN_MS = 5_000

/**
 * Reads and discards the rest of a request that was answered early. Closing a connection with unread data resets it, and a client
 * that is still sending would never see the response.
 *
 * @returns whether the request is complete; false if it goes on beyond 64 MiB or five seconds, or the client disconnected
 */
export async function drain(request: IncomingMessage): Promise<boolean> {
  const tooLarge = new AbortController()
  let bytes = 0
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > MAX_BYTES) tooLarge.abort()
  })
  request.resume()
  const signal = AbortSignal.any([tooLarge.signal, AbortSignal.timeout(MAX_DRAIN_MS)])
  await finished(request, { signal }).catch(() => undefined)
  return request.complete
}
