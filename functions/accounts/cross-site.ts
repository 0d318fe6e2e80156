import { DomainError } from '../../shared/errors.ts'

type Headers = Record<string, string | undefined>

/**
 * Refuses what a page of another site, or one of the same site under another name, had a browser send.
 *
 * @throws DomainError `cross-site`
 */
export function refuseCrossSite(headers: Headers): void {
  if (isCrossSite(headers)) throw new DomainError('cross-site', {})
}

/** Browsers say so in `Sec-Fetch-Site`, older ones name the page's `Origin`; what sends neither is no browser. */
export function isCrossSite(headers: Headers): boolean {
  const site = headers['sec-fetch-site']
  const { origin } = headers
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  return origin !== undefined && !isOwn(origin, headers)
}

/** The host that the browser asked: a proxy in front says it apart. */
function isOwn(origin: string, headers: Headers): boolean {
  const asked = headers['x-forwarded-host']?.split(',')[0]?.trim() ?? headers.host
  return URL.canParse(origin) && new URL(origin).host === asked?.toLowerCase().replace(/:(80|443)$/, '')
}
