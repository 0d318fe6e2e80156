import { request as httpRequest, type OutgoingHttpHeaders } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { buffer } from 'node:stream/consumers'
import { limits } from '../support/limits.ts'

export interface Reply {
  status: number
  headers: Record<string, string | string[] | undefined>
  bytes: Buffer
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: what a test asserts of a body is the test's business
  json: any
}

export interface Request {
  headers?: OutgoingHttpHeaders
  /** Sent unchanged; an object is sent as JSON. */
  body?: string | Buffer | object
}

/** Every reply to this process, with headers, to search for secrets. */
export const answers: string[] = []

/** Sends a target unchanged, unlike fetch, which resolves dots and encodes. Fails if there is no reply. */
export async function send(
  url: string,
  method: string,
  target: string,
  { headers = {}, body }: Request = {},
): Promise<Reply> {
  const { hostname, port, protocol } = new URL(url)
  const request = protocol === 'https:' ? httpsRequest : httpRequest
  const payload = body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)
  const length = payload === undefined ? {} : { 'Content-Length': Buffer.byteLength(payload) }
  const { promise, resolve, reject } = Promise.withResolvers<Reply>()
  const sent = request(
    {
      hostname,
      port,
      path: target,
      method,
      // As curl and fetch do.
      headers: { Accept: '*/*', ...length, ...headers },
      timeout: limits.request,
      maxHeaderSize: 2 ** 25,
    },
    (response) => {
      buffer(response).then((bytes) => {
        const text = bytes.toString('utf8')
        answers.push(`${JSON.stringify(response.headers)}\n${text}`)
        resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes, text, json: parse(text) })
      }, reject)
    },
  )
  sent.on('timeout', () =>
    sent.destroy(new Error(`No answer in ${limits.request / 1_000} seconds: ${method} ${target.slice(0, 200)}`)),
  )
  sent.on('error', reject)
  sent.end(payload)
  return await promise
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
