import { createServer } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { LocalClient } from '../api-client.ts'
import { listen, stop } from '../listen.ts'
import type { Started } from '../started.ts'

/**
 * One site at an address of its own, for a browser that has no key: it only reads, only this site, only on loopback, through
 * the service's own `/docs`.
 */
export async function serveReader(api: LocalClient, site: string): Promise<Started> {
  let url = ''
  const server = createServer(async (request, response) => {
    try {
      // A page of another site, whose name leads here by DNS rebinding, must not read this one with our key.
      if (`http://${request.headers.host}` !== url) {
        response.writeHead(421).end(`Read it at ${url}/\n`)
        return
      }
      // The path alone: an absolute target must not lead to another host, nor `..` out of the site.
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
