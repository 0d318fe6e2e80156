import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import type { Log } from '../../../../shared/log.ts'
import { isOperation } from './operations.ts'
import { CannotWrite, type Tables } from './tables.ts'

// AWS JSON 1.0: https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
const TYPES = 'com.amazonaws.dynamodb.v20120810'
const CORE_TYPES = 'com.amazon.coral.service'

interface Answer {
  status: number
  body: object
}

/** DynamoDB's API over HTTP. Every request gets a response. */
export function createEndpoint(tables: Tables, log: Log): RequestListener {
  return (request, response) => {
    act(tables, request)
      .catch((error) => answerTo(error, log))
      .then((answer) => send(response, answer))
      // The client has disconnected.
      .catch(() => response.destroy())
  }
}

async function act(tables: Tables, request: IncomingMessage): Promise<Answer> {
  const [, operation = ''] = String(request.headers['x-amz-target']).split('.')
  if (!isOperation(operation)) return refused('UnknownOperationException', `${operation} is not supported here.`)
  const input = await json(request).catch(() => undefined)
  if (!isObject(input)) return refused('SerializationException', 'The request body is not a JSON object.')
  return { status: 200, body: await tables.run(operation, input) }
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const refused = (type: string, message: string): Answer => ({
  status: 400,
  body: { __type: `${CORE_TYPES}#${type}`, message },
})

/** dynalite's validation errors carry their response. Anything else is a disk problem or a bug in the store. */
function answerTo(error: Error & { statusCode?: number; body?: object }, log: Log): Answer {
  if (error.statusCode && error.body) return { status: error.statusCode, body: error.body }
  if (error instanceof CannotWrite) {
    return { status: 503, body: { __type: `${TYPES}#ServiceUnavailable`, message: error.message } }
  }
  log.error('DynamoDB failed', { error })
  return { status: 500, body: { __type: `${TYPES}#InternalServerError`, message: error.message } }
}

function send(response: ServerResponse, { status, body }: Answer): void {
  const text = JSON.stringify(body)
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': Buffer.byteLength(text),
    'x-amzn-requestid': crypto.randomUUID(),
  })
  response.end(text)
}
