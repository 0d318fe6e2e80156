import { type Endpoint, pathParameters } from '../../api/declare.ts'
import { endpoints, type OperationId } from '../../api/endpoints.ts'
import { DomainError } from '../../shared/errors.ts'

export type Params = Record<string, string | string[]>

/** The endpoint that a request means, or the refusal if there is none; `open` if that refusal needs no credentials. */
export type Resolved =
  | { id: OperationId; endpoint: Endpoint; params: Params; refusal?: undefined }
  | { refusal: DomainError; open: boolean }

/**
 * The endpoint that a method and an encoded path mean. Each segment is decoded once, by itself, so `%2F` stays inside its
 * segment.
 */
export function resolve(httpMethod: string, encodedPath: string): Resolved {
  const segments = decode(encodedPath)
  if (!segments) {
    return { refusal: new DomainError('malformed-path', {}), open: false }
  }
  const there = operations.flatMap((id) => {
    const endpoint: Endpoint = endpoints[id]
    const params = endpoint.paths.map((path) => match(path, segments)).find(Boolean)
    return params ? [{ id, endpoint, params }] : []
  })
  const method = httpMethod === 'HEAD' ? 'GET' : httpMethod
  const found = there.find(({ endpoint }) => endpoint.method === method)
  if (found) return found
  const open = there.length > 0 && there.every(({ endpoint }) => endpoint.who === 'public')
  if (there.length === 0) return { refusal: new DomainError('not-found', {}), open }
  const methods = new Set(there.map(({ endpoint }) => endpoint.method))
  const allowed = [...methods].flatMap((each) => (each === 'GET' ? ['GET', 'HEAD'] : [each]))
  return { refusal: new DomainError('method-not-allowed', { allowed }), open }
}

const operations = Object.keys(endpoints) as OperationId[]

interface Segment {
  encoded: string
  decoded: string
}

/** Without the slashes at the ends; undefined where the percent-encoding is malformed. */
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
  const wanted = pattern.slice(1).split('/')
  for (const [index, part] of wanted.entries()) {
    const name = /^\{(\w+)(\+?)\}$/.exec(part)
    if (name?.[2]) return { ...params, [name[1] ?? '']: segments.slice(index).map(({ decoded }) => decoded) }
    const segment = segments[index]
    if (segment === undefined) return undefined
    if (name) {
      const { [name[1] as keyof typeof pathParameters]: schema } = pathParameters
      const parsed = schema.safeParse(segment.decoded)
      if (!parsed.success) return undefined
      params[name[1] ?? ''] = parsed.data
      // Encoded letters lead nowhere: the gateway's routes do not know them either.
    } else if (segment.encoded !== part) return undefined
  }
  return segments.length === wanted.length ? params : undefined
}
