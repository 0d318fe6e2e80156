import { DomainError } from '../../shared/errors.ts'

/**
 * Refuses what a page of another site, or one of the same site under another name, had a browser send. Browsers say so in
 * `Sec-Fetch-Site`, older ones name the page's `Origin`; what sends neither is no browser.
 *
 * @throws DomainError `cross-site`
 */
export function refuseCrossSite(headers: Record<string, string | undefined>): void {
  const site = headers['sec-fetch-site']
  const { origin } = headers
  const own =
    site !== undefined ? site === 'same-origin' || site === 'none' : origin === undefined || isOwn(origin, headers)
  if (!own) throw new DomainError('cross-site', {})
}

/** The host that the browser asked: a proxy in front says it apart. */
function isOwn(origin: string, headers: Record<string, string | undefined>): boolean {
  const asked = headers['x-forwarded-host']?.split(',')[0]?.trim() ?? headers.host
  return URL.canParse(origin) && new URL(origin).host === asked?.toLowerCase().replace(/:(80|443)$/, '')
}
