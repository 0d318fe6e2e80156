import { createServer } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { LocalClient } from '../api-client.ts'
import { listen, stop } from '../listen.ts'
import type { RunningServer } from '../running-server.ts'

/**
 * Serves one site at its own address, for browsers without a key: read-only, this site only, on loopback only. Fetches everything
 * from the service's `/docs`.
 */
export async function serveReader(api: LocalClient, site: string): Promise<RunningServer> {
  let url = ''
  const server = createServer(async (request, response) => {
    try {
      // Prevents DNS rebinding: a page of another site must not read this one with our key.
      if (`http://${request.headers.host}` !== url) {
        response.writeHead(421).end(`Read it at ${url}/\n`)
        return
      }
      // Use only the path: an absolute target must not lead to another host, nor `..` out of the site.
      const { pathname } = new URL(request.url ?? '/', 'http://reader.invalid')
      const answer = await api.file(site + pathname.replace(/^\/+/, ''))
      response.writeHead(answer.status, Object.fromEntries(answer.headers))
      if (answer.body) await pipeline(Readable.fromWeb(answer.body as never), response)
      else response.end()
    } catch {
      response.destroy()
    }
  })
  url = await listen(server, '127.0.0.1', 0)
  return { url: `${url}/`, close: () => stop(server) }
}
