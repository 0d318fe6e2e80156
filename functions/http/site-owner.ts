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

/** Whose site is meant: as `?owner=` says, or as it said when the reader came to this very site. */
export function ownerOfSite(request: SiteRequest): string | undefined {
  const { query, headers } = request
  if (query.owner !== undefined) return query.owner
  return parseCookie(headers.cookie ?? '')[cookieName(rootOf(request))]
}

/** Links within a site have no `?owner=`: a cookie for its paths keeps it, as long as the browser is open. */
export function keepOwner(request: SiteRequest): string[] {
  const { owner } = request.query
  if (owner === undefined) return []
  const root = rootOf(request)
  // Brackets reach us encoded, but a browser that sent them raw also compares them raw with the path of a cookie.
  const roots = new Set([root, root.replaceAll(/%5B/gi, '[').replaceAll(/%5D/gi, ']')])
  return [...roots].map((path) =>
    stringifySetCookie({ name: cookieName(root), value: owner, path, httpOnly: true, sameSite: 'lax' }),
  )
}

/** The site's own path, as it was sent; what a cookie's path cannot have in it is encoded, as browsers do. */
function rootOf({ params, event }: SiteRequest): string {
  const segments = event.path.replace(/\/$/, '').split('/')
  return `${segments.slice(0, segments.length - params.path.length).join('/')}/`.replaceAll(
    /[^ -~]|[;<]/gu,
    encodeURIComponent,
  )
}

/** One cookie for each site: that of a project's latest site is sent to its variants' sites, too, and means nothing there. */
const cookieName = (root: string): string =>
  `docsfy_owner_${createHash('sha256').update(root).digest('hex').slice(0, 16)}`
