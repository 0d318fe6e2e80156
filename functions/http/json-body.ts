import type { APIGatewayProxyEvent } from 'aws-lambda'
import { DomainError } from '../../shared/errors.ts'

/** Bytes; far more than any request of this API needs. */
const MAX_BYTES = 1_048_576
/** No field of this API is nested, so anything deeper is an attack. */
const MAX_DEPTH = 64

/**
 * Parses the request's body as JSON, whatever its content type; an empty body counts as `{}`.
 *
 * @throws DomainError `body-too-large`; `invalid-request` if it isn't valid, unambiguous JSON
 */
export function jsonBody({ body, isBase64Encoded }: Pick<APIGatewayProxyEvent, 'body' | 'isBase64Encoded'>): unknown {
  if (!body) return {}
  if (body.length > MAX_BYTES * 1.5) throw new DomainError('body-too-large', {})
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8')
  if (bytes.length > MAX_BYTES) throw new DomainError('body-too-large', {})
  // Some editors write a byte order mark.
  const text = bytes.toString('utf8').replace(/^\ufeff/, '')
  // Invalid UTF-8 reaches a function as the replacement character.
  if (text.includes('\ufffd')) throw invalid('The body is not valid UTF-8')
  const parsed = parse(text)
  check(text)
  return parsed
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw invalid('The body is not valid JSON', cause)
  }
}

/** Rejects JSON that parsers disagree on: duplicate names and very deep nesting. The text has to be valid JSON. */
function check(text: string): void {
  const open: Set<string>[] = []
  for (const [token, name, colon] of text.matchAll(/("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[[{}\]]/g)) {
    if (token === '{' || token === '[') open.push(new Set())
    else if (name === undefined) open.pop()
    else if (colon) {
      const names = open.at(-1)
      const decoded = JSON.parse(name)
      if (names?.has(decoded)) throw invalid('The body has a duplicate field')
      names?.add(decoded)
    }
    if (open.length > MAX_DEPTH) throw invalid('The body is nested too deeply')
  }
}

const invalid = (msg: string, cause?: unknown): DomainError =>
  new DomainError('invalid-request', { problems: [{ loc: ['body'], msg, type: 'json_invalid' }] }, { cause })
