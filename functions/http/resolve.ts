import { type Endpoint, pathParameters } from '../../api/declare.ts'
import { endpoints, type OperationId } from '../../api/endpoints.ts'
import { DomainError } from '../../shared/errors.ts'

export type Params = Record<string, string | string[]>

/** The endpoint that a request matches, or the error to reply with. `open` means that the error needs no credentials. */
export type Resolved =
  | { id: OperationId; endpoint: Endpoint; params: Params; refusal?: undefined }
  | { refusal: DomainError; open: boolean }

/**
 * Finds the endpoint for a method and an encoded path. Each segment is decoded separately and only once, so `%2F` stays inside
 * its segment.
 */
export function resolve(httpMethod: string, encodedPath: string): Resolved {
  const segments = decode(encodedPath)
  if (!segments) {
    return { refusal: new DomainError('malformed-path', {}), open: false }
  }
  const matching = operations.flatMap((id) => {
    const endpoint: Endpoint = endpoints[id]
    const params = endpoint.paths.map((path) => match(path, segments)).find(Boolean)
    return params ? [{ id, endpoint, params }] : []
  })
  const method = httpMethod === 'HEAD' ? 'GET' : httpMethod
  const found = matching.find(({ endpoint }) => endpoint.method === method)
  if (found) return found
  const open = matching.length > 0 && matching.every(({ endpoint }) => endpoint.who === 'public')
  if (matching.length === 0) return { refusal: new DomainError('not-found', {}), open }
  const methods = new Set(matching.map(({ endpoint }) => endpoint.method))
  const allowed = [...methods].flatMap((each) => (each === 'GET' ? ['GET', 'HEAD'] : [each]))
  return { refusal: new DomainError('method-not-allowed', { allowed }), open }
}

const operations = Object.keys(endpoints) as OperationId[]

interface Segment {
  encoded: string
  decoded: string
}

/** The path's segments, ignoring a leading and a trailing slash; undefined if the percent-encoding is malformed. */
function decode(encodedPath: string): Segment[] | undefined {
  try {
    return encodedPath
      .replace(/^\/|\/$/g, '')
      .split('/')
      .map((encoded) => ({ encoded, decoded: decodeURIComponent(encoded) }))
  } catch {
    return undefined
  }
}

function match(pattern: string, segments: readonly Segment[]): Params | undefined {
  const params: Params = {}
  const parts = pattern.slice(1).split('/')
  for (const [index, part] of parts.entries()) {
    const name = /^\{(\w+)(\+?)\}$/.exec(part)
    if (name?.[2]) return { ...params, [name[1] ?? '']: segments.slice(index).map(({ decoded }) => decoded) }
    const segment = segments[index]
    if (segment === undefined) return undefined
    if (name) {
      const { [name[1] as keyof typeof pathParameters]: schema } = pathParameters
      const parsed = schema.safeParse(segment.decoded)
      if (!parsed.success) return undefined
      params[name[1] ?? ''] = parsed.data
      // Compare the encoded form: the gateway's routes don't match encoded letters either.
    } else if (segment.encoded !== part) return undefined
  }
  return segments.length === parts.length ? params : undefined
}
