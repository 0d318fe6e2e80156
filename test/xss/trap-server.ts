import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Every server that a page in the trap can find. */
export interface TrapServer extends AsyncDisposable {
  port: number
  /** What `http://site.test` serves, by path. */
  files: Map<string, string>
}

/** Serves `site.test`, and calls `onRequest` with the number in each request to `evil.test`: `http://evil.test/17.png`. */
export async function startTrapServer(onRequest: (number: number) => void): Promise<TrapServer> {
  const files = new Map<string, string>()
  const server = createServer(({ headers, url = '' }, response) => {
    const number = headers.host === 'evil.test' ? /^\/(-?\d+)/.exec(url)?.[1] : undefined
    if (number !== undefined) onRequest(Number(number))
    const body = headers.host === 'site.test' ? files.get(url) : ''
    const type = TYPES[/\.(\w+)$/.exec(url)?.[1] ?? ''] ?? 'text/html'
    const head = { 'Content-Type': `${type}; charset=utf-8`, 'Cache-Control': 'max-age=600' }
    response.writeHead(body === undefined ? 404 : 200, head).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    files,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

const TYPES: Record<string, string> = { css: 'text/css', svg: 'image/svg+xml', js: 'text/javascript' }
