import type { ServerResponse } from 'node:http'
import { Writable } from 'node:stream'
import type { LambdaHandler } from '../lambda.ts'
import { type ResponseHead, writeHead } from './response-head.ts'

const streaming = Symbol.for('aws.lambda.runtime.handler.streaming')
const delimiter = Buffer.alloc(8)
/** API Gateway looks for the delimiter only in the first 16 KB. */
const maxPreludeBytes = 16 * 1024

/**
 * Installs the `awslambda` global of Lambda's Node runtime. Call it before importing any handler.
 * Source: aws/aws-lambda-nodejs-runtime-interface-client, src/utils/globals.ts and src/stream/.
 */
export function installResponseStreaming(): void {
  Object.assign(globalThis, {
    awslambda: {
      streamifyResponse: (handler: LambdaHandler) => Object.assign(handler, { [streaming]: 'response' }),
      HttpResponseStream: { from: withMetadata },
    },
  })
}

/** Whether a handler was wrapped with `awslambda.streamifyResponse`. */
export function isStreamed(handler: LambdaHandler): boolean {
  return streaming in handler
}

/** As in Lambda, the first `write` sends the metadata; an `end(chunk)` alone does not. */
function withMetadata(stream: ResponseStream, metadata: ResponseHead): ResponseStream {
  stream.setContentType('application/vnd.awslambda.http-integration-response')
  stream._onBeforeFirstWrite = (write) => {
    write(JSON.stringify(metadata))
    write(delimiter)
  }
  return stream
}

/**
 * The `responseStream` of a streaming handler, together with API Gateway's side of it: reads the metadata and the delimiter, then
 * streams the body as fast as the client reads. Fails where API Gateway would, on missing or malformed metadata.
 */
export class ResponseStream extends Writable {
  _onBeforeFirstWrite: ((write: (chunk: string | Uint8Array) => void) => void) | undefined
  #response: ServerResponse
  #requestId: string
  #prelude: Buffer | undefined = Buffer.alloc(0)
  #written = false

  constructor(response: ServerResponse, requestId: string) {
    super()
    this.#response = response
    this.#requestId = requestId
    response.once('close', () => this.destroy(response.writableFinished ? undefined : new ClientLeft()))
  }

  setContentType(_type: string): void {
    if (this.#written) throw new Error('Cannot set content-type, too late.')
  }

  override write(chunk: unknown, ...rest: unknown[]): boolean {
    if (!this.#written) this._onBeforeFirstWrite?.((head) => super.write(head))
    this.#written = true
    const data = typeof chunk === 'string' || chunk instanceof Uint8Array ? chunk : JSON.stringify(chunk)
    return Reflect.apply(super.write, this, [data, ...rest])
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    try {
      const body = this.#prelude ? this.#readPrelude(this.#prelude, chunk) : chunk
      if (body.length === 0) done()
      else this.#response.write(body, (error) => done(error && new ClientLeft({ cause: error })))
    } catch (error) {
      done(error as Error)
    }
  }

  override _final(done: (error?: Error | null) => void): void {
    try {
      if (this.#prelude) throw new Error('The stream ended before the metadata and delimiter')
      this.#response.end(done)
    } catch (error) {
      done(error as Error)
    }
  }

  /** Sends the head once it is complete. Returns the part of the chunk that belongs to the body. */
  #readPrelude(before: Buffer, chunk: Buffer): Buffer {
    const prelude = Buffer.concat([before, chunk])
    const end = prelude.indexOf(delimiter)
    if (end > maxPreludeBytes || (end === -1 && prelude.length > maxPreludeBytes)) {
      throw new Error('No delimiter found in the first 16 KB')
    }
    this.#prelude = end === -1 ? prelude : undefined
    if (end === -1) return Buffer.alloc(0)
    const metadata = JSON.parse(prelude.toString('utf8', 0, end)) as ResponseHead
    this.#response.strictContentLength = true
    writeHead(this.#response, this.#requestId, { statusCode: 200, ...metadata })
    this.#response.flushHeaders()
    return prelude.subarray(end + delimiter.length)
  }
}

/** The client disconnected: ends the handler's stream and is not reported as an error. */
export class ClientLeft extends Error {
  override name = 'ClientLeft'

  constructor(options?: ErrorOptions) {
    super('The client disconnected', options)
  }
}
