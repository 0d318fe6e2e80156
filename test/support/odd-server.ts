import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pipeline } from 'node:stream'
import { generate } from 'selfsigned'

export interface OddServer extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`, or `https:` with a certificate. */
  url: string
  /** `127.0.0.1:<port>`, for ALLOWED_PRIVATE_HOSTS. */
  host: string
  /** `GET /group/name/info/refs?…` */
  requests: string[]
}

/** Answers a request itself, or returns `behind` for the server behind it to answer. */
export type OddAnswer = (request: IncomingMessage, response: ServerResponse) => 'behind' | unknown

/** A server with ways of its own, in front of another. */
export async function serveOddly(behind: string, answer: OddAnswer, tls?: Certificate): Promise<OddServer> {
  const requests: string[] = []
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    requests.push(`${request.method} ${request.url}`)
    if (answer(request, response) === 'behind') pass(behind, request, response)
  }
  const server = tls ? createTlsServer({ key: tls.key, cert: tls.cert }, listener) : createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: `${tls ? 'https' : 'http'}://${host}`,
    host,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function pass(behind: string, request: IncomingMessage, response: ServerResponse): void {
  const { method, url, headers } = request
  const onward = send(`${behind}${url}`, { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 500, answer.headers)
    pipeline(answer, response, () => undefined)
  })
  pipeline(request, onward, () => undefined)
}

/** Redirects to where `target` says, for repositories below `/moved/`. */
export const redirecting =
  (target: (path: string) => string, status = 301): OddAnswer =>
  ({ url = '' }, response) =>
    url.startsWith('/moved/') ? response.writeHead(status, { Location: target(url) }).end() : 'behind'

export interface Certificate {
  key: string
  cert: string
  path: string
}

/** A certificate for 127.0.0.1 that nobody trusts yet. */
export async function makeCertificate(folder: string): Promise<Certificate> {
  const path = join(folder, 'cert.pem')
  const { private: key, cert } = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  })
  await writeFile(path, cert)
  return { key, cert, path }
}

/** A PATH whose git has these variables. git's real environment is ours alone. */
export async function gitWith(folder: string, variables: Record<string, string>): Promise<string> {
  const bin = join(folder, 'bin')
  await mkdir(bin, { recursive: true })
  const settings = Object.entries(variables).map(([name, value]) => `export ${name}='${value}'\n`)
  const rest = process.env.PATH ?? ''
  await writeFile(join(bin, 'git'), `#!/bin/sh\nPATH='${rest}'\n${settings.join('')}exec git "$@"\n`)
  await chmod(join(bin, 'git'), 0o755)
  return `${bin}:${rest}`
}
