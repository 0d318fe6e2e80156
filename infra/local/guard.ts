import { randomBytes } from 'node:crypto'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { isSame } from '../../shared/constant-time.ts'
import type { Credentials } from '../../shared/env.ts'

const random = (): string => randomBytes(32).toString('base64url')

/** For one endpoint and one life of this process: nobody guesses them, and nobody else is told. */
export const newCredentials = (): Credentials => ({ accessKeyId: random(), secretAccessKey: random() })

/**
 * What an endpoint of this machine answers, for our own processes alone: a laptop has other users, and a browser in which any page
 * may send requests to it. Everything else is refused before any of its body is read:
 *
 * - 421: another Host than the endpoint's own, as a page has it whose name was rebound to this address
 * - 403: any Origin, so whatever a page of a browser may send, a preflight included
 * - 403: other credentials than these, except where `isOpen` says that a request needs none
 *
 * The access key's id is taken as a password, and the signature is not looked at. A signature is there to prove a key without
 * showing it to those who can read the traffic, and to keep them from sending it again. On loopback that is root, who can read our memory as well.
 * And it covers the body, which would have to be read, up to a gigabyte, from anybody.
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
    if (host !== own) refuse(response, 421, `This is ${own}, and no other host.`)
    else if (origin !== undefined) refuse(response, 403, 'Browsers are not answered here.')
    else if (isOpen(request) || isSame(keyIn(authorization), accessKeyId)) answer(request, response)
    else refuse(response, 403, 'Only docsfy itself is answered here.')
  }

/** As our own processes are told it: the address that the connection has reached. */
function hostOf({ localAddress = '', localPort }: Socket): string {
  return `${localAddress.includes(':') ? `[${localAddress}]` : localAddress}:${localPort}`
}

const keyIn = (authorization: string): string => /^AWS4-HMAC-SHA256 Credential=([^/]*)\//.exec(authorization)?.[1] ?? ''

function refuse(response: ServerResponse, status: number, message: string): void {
  const body = JSON.stringify({ __type: 'AccessDeniedException', message })
  const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body), Connection: 'close' }
  response.writeHead(status, headers).end(body)
}
