import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface GitServer extends AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  url: string
  /** `127.0.0.1:<port>`, for ALLOWED_PRIVATE_HOSTS. */
  host: string
  requests: string[]
  /** Lets the requests below `/stalled/` and `/halting/` go on, those that wait and all later ones. */
  release(): void
}

const HALT_AFTER = 2 * 1024 * 1024

/**
 * Serves the repositories below a folder with git's own `git http-backend`. Paths below `/private/` ask for credentials, those
 * below `/moved/` redirect, those below `/stalled/` get no answer until they are released, and those below `/halting/` the first
 * two MiB of it.
 */
export async function serveGit(folder: string): Promise<GitServer> {
  const requests: string[] = []
  const released = Promise.withResolvers<void>()
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    requests.push(`${request.method} ${request.url}`)
    if (url.pathname.startsWith('/private/')) {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="git"' }).end()
      return
    }
    if (url.pathname.startsWith('/moved/')) {
      response.writeHead(301, { Location: url.href.replace('/moved/', '/group/') }).end()
      return
    }
    if (url.pathname.startsWith('/stalled/')) await released.promise
    const backend = spawn('git', ['http-backend'], {
      env: {
        PATH: process.env.PATH,
        GIT_PROJECT_ROOT: folder,
        GIT_HTTP_EXPORT_ALL: '1',
        GIT_CONFIG_COUNT: '1',
        GIT_CONFIG_KEY_0: 'safe.directory',
        GIT_CONFIG_VALUE_0: '*',
        GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
        PATH_INFO: decodeURIComponent(url.pathname),
        QUERY_STRING: url.search.slice(1),
        REQUEST_METHOD: request.method,
        CONTENT_TYPE: request.headers['content-type'],
        HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
      },
    })
    request.pipe(backend.stdin).on('error', () => undefined)
    const chunks: Buffer[] = []
    backend.stdout.on('data', (chunk) => chunks.push(chunk))
    backend.on('close', async () => {
      const answer = Buffer.concat(chunks)
      const split = answer.indexOf('\r\n\r\n')
      const headers = answer
        .subarray(0, split)
        .toString()
        .split('\r\n')
        .map((line) => line.split(': ') as [string, string])
      const status = headers.find(([name]) => name === 'Status')?.[1] ?? '200'
      response.writeHead(
        Number.parseInt(status, 10),
        Object.fromEntries(headers.filter(([name]) => name !== 'Status' && name)),
      )
      const body = answer.subarray(split + 4)
      const halts = url.pathname.startsWith('/halting/') ? HALT_AFTER : body.length
      response.write(body.subarray(0, halts))
      if (halts < body.length) await released.promise
      response.end(body.subarray(halts))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    requests,
    release: released.resolve,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
