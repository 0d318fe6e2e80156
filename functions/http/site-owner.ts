import { createHash } from 'node:crypto'
import type { APIGatewayProxyEvent } from 'aws-lambda'
import { parseCookie, stringifySetCookie } from 'cookie'

/** A request for a file of a site. */
interface SiteRequest {
  params: { path: string[] }
  query: { owner?: string | undefined }
  headers: Record<string, string | undefined>
  event: Pick<APIGatewayProxyEvent, 'path'>
}

/** The owner of the requested site, from `?owner=` or from the cookie set when the reader entered the site; undefined without either. */
export function ownerOfSite(request: SiteRequest): string | undefined {
  const { query, headers } = request
  if (query.owner !== undefined) return query.owner
  return parseCookie(headers.cookie ?? '')[cookieName(rootOf(request))]
}

/** Session cookies that remember `?owner=` for the site's paths, because links within a site don't carry it. */
export function keepOwner(request: SiteRequest): string[] {
  const { owner } = request.query
  if (owner === undefined) return []
  const root = rootOf(request)
  // Brackets arrive encoded, but a browser that sent them raw also matches cookie paths with raw brackets.
  const roots = new Set([root, root.replaceAll(/%5B/gi, '[').replaceAll(/%5D/gi, ']')])
  return [...roots].map((path) =>
    stringifySetCookie({ name: cookieName(root), value: owner, path, httpOnly: true, sameSite: 'lax' }),
  )
}

/** The site's root path as sent. Characters that a cookie's path cannot contain are encoded, as browsers do. */
function rootOf({ params, event }: SiteRequest): string {
  const segments = event.path.replace(/\/$/, '').split('/')
  return `${segments.slice(0, segments.length - params.path.length).join('/')}/`.replaceAll(
    /[^ -~]|[;<]/gu,
    encodeURIComponent,
  )
}

/** A different cookie for each site: the browser also sends a project's cookie to its variants' sites, where it must not apply. */
const cookieName = (root: string): string =>
  `docsfy_owner_${createHash('sha256').update(root).digest('hex').slice(0, 16)}`
