import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { limits } from './limits.ts'

/** A server that answers with the target and the headers it was asked with. */
export async function startEcho(): Promise<AsyncDisposable & { url: string }> {
  // Clients reuse connections: one that this closes while the process is busy would fail their next request.
  const server = createServer({ keepAliveTimeout: limits.test }, ({ method, url, headers }, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ method, url, headers }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
