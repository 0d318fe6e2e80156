import type { ServerResponse } from 'node:http'

/** Status and headers from a function: fields of a proxy result, or the metadata of a stream. */
export interface ResponseHead {
  statusCode?: unknown
  headers?: unknown
  multiValueHeaders?: unknown
  cookies?: unknown
}

/** API Gateway reserves these and sends the function's value as `x-amzn-Remapped-…`. */
const remapped = new Set(['connection', 'date', 'server', 'www-authenticate'])
const dropped = new Set(['keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade'])

/**
 * Writes the status and headers of a function's response, plus those that API Gateway adds.
 *
 * @param contentLength - bytes; undefined keeps the function's own header, or sends chunks
 * @throws Error where API Gateway would treat the response as malformed
 */
export function writeHead(
  response: ServerResponse,
  requestId: string,
  head: ResponseHead,
  contentLength?: number,
): void {
  const { statusCode } = head
  if (typeof statusCode !== 'number' || !Number.isInteger(statusCode) || statusCode < 200 || statusCode > 599) {
    throw new Error(`The function's statusCode is ${JSON.stringify(statusCode)}, not a number from 200 to 599`)
  }
  const headers = mergedHeaders(head)
  const has = (name: string) => headers.some(([sent]) => sent.toLowerCase() === name)
  if (!has('content-type')) headers.push(['Content-Type', 'application/json'])
  const sent =
    contentLength === undefined ? headers : headers.filter(([name]) => name.toLowerCase() !== 'content-length')
  if (contentLength !== undefined) sent.push(['Content-Length', String(contentLength)])
  response.writeHead(statusCode, [...sent, ['x-amzn-RequestId', requestId]].flat())
}

function mergedHeaders({ headers, multiValueHeaders, cookies }: ResponseHead): [string, string][] {
  const many = Object.entries(record(multiValueHeaders)).map(([name, values]): [string, string[]] => {
    if (!Array.isArray(values)) throw new Error(`multiValueHeaders.${name} is not a list`)
    return [name, values.map((value) => headerValue(name, value))]
  })
  const one = Object.entries(record(headers)).map(([name, value]): [string, string[]] => {
    return [name, [headerValue(name, value)]]
  })
  const merged = new Map<string, { name: string; values: Set<string> }>()
  for (const [name, values] of [...many, ...one]) {
    const known = merged.get(name.toLowerCase()) ?? { name, values: new Set() }
    for (const value of values) known.values.add(value)
    merged.set(name.toLowerCase(), known)
  }
  if (cookies !== undefined && !Array.isArray(cookies)) throw new Error('cookies is not a list')
  const setCookies = (cookies ?? []).map((cookie): [string, string] => ['Set-Cookie', headerValue('cookies', cookie)])
  return [...merged.values()]
    .flatMap(({ name, values }) => [...values].map((value): [string, string] => [name, value]))
    .concat(setCookies)
    .filter(([name]) => !dropped.has(name.toLowerCase()))
    .map(([name, value]) => [remapped.has(name.toLowerCase()) ? `x-amzn-Remapped-${name}` : name, value])
}

function record(value: unknown): Record<string, unknown> {
  if (value === undefined || value === null) return {}
  if (typeof value !== 'object' || Array.isArray(value)) throw new Error('headers is not an object')
  return value as Record<string, unknown>
}

function headerValue(name: string, value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new Error(`The header ${name} is not a string`)
}
