import { DomainError } from '../../shared/errors.ts'

type Headers = Record<string, string | undefined>

/**
 * Rejects requests that a browser sent on behalf of another site or another subdomain.
 *
 * @throws DomainError `cross-site`
 */
export function refuseCrossSite(headers: Headers): void {
  if (isCrossSite(headers)) throw new DomainError('cross-site', {})
}

/** Checks `Sec-Fetch-Site`, or `Origin` for older browsers. Clients that send neither are not browsers. */
export function isCrossSite(headers: Headers): boolean {
  const site = headers['sec-fetch-site']
  const { origin } = headers
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  return origin !== undefined && !isOwn(origin, headers)
}

/**
 * Whether a browser follows a link on a documentation site. Sites are untrusted content on the service's own origin, so
 * `Sec-Fetch-Site` doesn't tell. They send no `Referer`, and nothing in them can change that, while the service's own pages do.
 */
export function isFromSite(headers: Headers): boolean {
  if (headers['sec-fetch-site'] !== 'same-origin') return false
  const from = URL.parse(headers.referer ?? '')
  return !from || !isOwn(from.origin, headers) || from.pathname.includes('/docs/')
}

/** Behind a proxy, the host that the browser requested is in `X-Forwarded-Host`. */
function isOwn(origin: string, headers: Headers): boolean {
  const host = headers['x-forwarded-host']?.split(',')[0]?.trim() ?? headers.host
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase().replace(/:(80|443)$/, '')
}
