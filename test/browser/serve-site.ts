import { createServer } from 'node:http'
import { extname } from 'node:path'
import { gzipSync } from 'node:zlib'
import { listen, stop } from '../../infra/local/listen.ts'
import type { SiteFile } from '../../shared/site.ts'
import { SITE_POLICY_HEADER } from '../../shared/site-policy.ts'

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Serves the files of a site at an address of this machine, with the policy that the service sends, and compressed as behind CloudFront. */
export async function serveSite(files: readonly SiteFile[]): Promise<{ url: string } & AsyncDisposable> {
  const bodies = new Map(files.map(({ path, body }) => [`/${path}`, Buffer.from(body)]))
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://site').pathname
    const body = bodies.get(path === '/' ? '/index.html' : path)
    const headers = {
      'Content-Type': TYPES[extname(path)] ?? 'text/html; charset=utf-8',
      'Content-Security-Policy': SITE_POLICY_HEADER,
      'Content-Encoding': 'gzip',
    }
    if (body) response.writeHead(200, headers).end(gzipSync(body))
    else response.writeHead(404).end()
  })
  const url = await listen(server, '127.0.0.1', 0)
  return { url: `${url}/`, [Symbol.asyncDispose]: async () => await stop(server) }
}
