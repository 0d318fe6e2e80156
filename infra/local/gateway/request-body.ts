import type { IncomingMessage } from 'node:http'

/** API Gateway's limit for a payload. */
const maxBodyBytes = 10 * 1024 * 1024

/**
 * The request's body, or undefined where it is larger than API Gateway takes.
 * Rejects if the client leaves before it is complete.
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
