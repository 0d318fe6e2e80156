import { type ApiClient, apiClient } from '../../../api/client.ts'

/** The API of the service that this page comes from, with the browser's session. */
export const api: ApiClient = apiClient(location.pathname.replace(/\/$/, ''))

/** A reply that is not a success. `problems` are those of a 422, by the field that they belong to. */
export class ApiError extends Error {
  override name = 'ApiError'
  readonly status: number
  readonly problems: ReadonlyMap<string, string>

  constructor(status: number, detail: unknown) {
    const problems = problemsIn(detail)
    super(problems.size > 0 ? [...problems].map(([field, text]) => `${field}: ${text}`).join('\n') : textOf(detail))
    this.status = status
    this.problems = problems
  }
}

interface AnyReply {
  status: number
  json: unknown
}

/**
 * The JSON of a reply with the expected status. Without a session the browser goes to the login page, and comes back afterwards.
 *
 * @throws ApiError for any other status
 */
export async function jsonOf<R extends AnyReply, S extends R['status']>(
  reply: Promise<R>,
  status: S,
): Promise<Extract<R, { status: S }>['json']> {
  const { status: actual, json } = await reply
  if (actual === status) return json as Extract<R, { status: S }>['json']
  if (actual === 401) logIn()
  throw new ApiError(actual, Object(json).detail)
}

/** Leaves for the login page, which leads back to this screen. */
export function logIn(): void {
  location.assign(`./login?next=${encodeURIComponent(location.pathname + location.search)}`)
}

function problemsIn(detail: unknown): Map<string, string> {
  if (!Array.isArray(detail)) return new Map()
  return new Map(detail.map(({ loc, msg }) => [loc.slice(1).join('.') || 'request', String(msg)]))
}

const textOf = (detail: unknown): string =>
  typeof detail === 'string' ? detail : 'The service sent an answer that the dashboard does not understand.'
