import { randomBytes } from 'node:crypto'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { isSame } from '../../shared/constant-time.ts'
import type { Credentials } from '../../shared/env.ts'

const random = (): string => randomBytes(32).toString('base64url')

/** Random credentials for one endpoint, valid for the life of this process. */
export const newCredentials = (): Credentials => ({ accessKeyId: random(), secretAccessKey: random() })

/**
 * Limits a local endpoint to our own processes. A laptop may have other users, and any web page in a browser can send requests to
 * loopback. Rejects before reading the body:
 *
 * - 421: a Host other than the endpoint's own, as a DNS rebinding attack sends it
 * - 403: any Origin, which covers everything that a web page can send, preflights included
 * - 403: other credentials, unless `isOpen` says that the request needs none
 *
 * The access key id serves as a password; the signature is not checked. A signature proves possession of a key without revealing it
 * to someone who reads the traffic. On loopback only root can do that, and root can read our memory too. A signature also covers the
 * body, so checking it would mean reading up to a gigabyte from anyone.
 */
export const guarded =
  (
    answer: RequestListener,
    { accessKeyId }: Credentials,
    isOpen: (request: IncomingMessage) => boolean = () => false,
  ): RequestListener =>
  (request, response) => {
    const { host, origin, authorization = '' } = request.headers
    const own = hostOf(request.socket)
    if (host !== own) refuse(response, 421, `Wrong Host header: this is ${own}.`)
    else if (origin !== undefined) refuse(response, 403, 'This endpoint does not accept requests from browsers.')
    else if (isOpen(request) || isSame(keyIn(authorization), accessKeyId)) answer(request, response)
    else refuse(response, 403, 'This endpoint accepts only requests from docsfy itself.')
  }

/** The Host that our own processes send: the address that they connected to. */
function hostOf({ localAddress = '', localPort }: Socket): string {
  return `${localAddress.includes(':') ? `[${localAddress}]` : localAddress}:${localPort}`
}

const keyIn = (authorization: string): string => /^AWS4-HMAC-SHA256 Credential=([^/]*)\//.exec(authorization)?.[1] ?? ''

function refuse(response: ServerResponse, status: number, message: string): void {
  const body = JSON.stringify({ __type: 'AccessDeniedException', message })
  const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body), Connection: 'close' }
  response.writeHead(status, headers).end(body)
}
