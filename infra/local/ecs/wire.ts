import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import { EcsError } from './errors.ts'

// AWS JSON 1.1: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html

/** The JSON object in a request's body. @throws EcsError `SerializationException` */
export async function readBody(request: IncomingMessage): Promise<object> {
  const body = await json(request).catch(() => undefined)
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body
  throw new EcsError('SerializationException', 'The request body is not a JSON object.')
}

/** Sends a reply, with dates as seconds since 1970. */
export function sendReply(response: ServerResponse, status: number, reply: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() })
  response.end(JSON.stringify(reply, secondsForDates))
}

/** Sends an error: a client error as 400 with its name, anything else as 500. */
export function sendError(response: ServerResponse, error: unknown): void {
  if (error instanceof EcsError) {
    sendReply(response, 400, { __type: error.type, message: error.message, ...error.details })
  } else {
    sendReply(response, 500, { __type: 'ServerException', message: String(error) })
  }
}

// `value` is already text when the original is a Date, so look at the original.
function secondsForDates(this: Record<string, unknown>, key: string, value: unknown): unknown {
  const original = this[key]
  return original instanceof Date ? original.getTime() / 1000 : value
}
