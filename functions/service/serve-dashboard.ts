import { extname } from 'node:path'
import { Readable } from 'node:stream'
import { DomainError } from '../../shared/errors.ts'
import { etagOf, matchesEtag } from '../http/etag.ts'
import type { Reply } from '../http/reply.ts'
import type { Call } from '../http/serve.ts'
import { type DashboardFile, dashboardFiles } from '../resources/dashboard.ts'

/**
 * Serves a file of the built dashboard. Browsers revalidate the page each time. The files that it names never change, because their
 * names contain a hash.
 *
 * @throws DomainError `file-not-found`
 */
export async function dashboardReply(
  { headers, event }: Pick<Call, 'headers' | 'event'>,
  path: string,
): Promise<Reply<undefined>> {
  const file = dashboardFiles().get(path)
  if (!file) throw new DomainError('file-not-found', {})
  const own = path.startsWith('assets/') ? headersOfAsset(path) : headersOfPage(file)
  if (matchesEtag(headers['if-none-match'], own.ETag)) return { status: 304, headers: own }
  const isCompressed = /\bgzip\b/.test(headers['accept-encoding'] ?? '')
  const body = isCompressed ? file.compressed : file.plain
  return {
    status: 200,
    headers: {
      ...own,
      'Content-Type': MEDIA_TYPES[extname(path)] ?? 'application/octet-stream',
      'Content-Length': String(body.length),
      ...(isCompressed ? { 'Content-Encoding': 'gzip' } : {}),
    },
    ...(event.httpMethod === 'HEAD' ? {} : { body: Readable.from([body]) }),
  }
}

const headersOfAsset = (path: string) => ({
  ETag: weak(etagOf(path)),
  Vary: 'Accept-Encoding',
  'Cache-Control': 'public, max-age=31536000, immutable',
})

const headersOfPage = ({ plain }: DashboardFile) => ({
  ETag: weak(etagOf(plain.toString())),
  Vary: 'Accept-Encoding',
  'Cache-Control': 'private, no-cache',
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'Referrer-Policy': 'same-origin',
})

/** The same for both encodings. */
const weak = (etag: string): string => `W/${etag}`

/** The dashboard loads and requests nothing from elsewhere, and no other page may frame it. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

const MEDIA_TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}
