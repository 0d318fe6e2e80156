import type { IncomingMessage } from 'node:http'

/** API Gateway's payload limit. */
const maxBodyBytes = 10 * 1024 * 1024

/**
 * Reads the request's body. Returns undefined if it exceeds API Gateway's limit.
 * Rejects if the client disconnects first.
 */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) return undefined
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length
    if (bytes > maxBodyBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
