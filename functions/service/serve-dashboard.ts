import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { DashboardEnv, readEnv } from '../../shared/env.ts'
import { DomainError } from '../../shared/errors.ts'
import { etagOf, matchesEtag } from '../http/etag.ts'
import type { Reply } from '../http/reply.ts'
import type { Call } from '../http/serve.ts'
import { lazy } from '../lazy.ts'

/**
 * Serves a file of the built dashboard. The page is revalidated each time; the files that it names never change, because their names
 * contain a hash.
 *
 * @throws DomainError `file-not-found`
 */
export async function dashboardReply(
  { headers, event }: Pick<Call, 'headers' | 'event'>,
  path: string,
): Promise<Reply<undefined>> {
  const file = files().get(path)
  if (!file) throw new DomainError('file-not-found', {})
  if (matchesEtag(headers['if-none-match'], file.etag)) return { status: 304, headers: headersOf(path, file) }
  const isCompressed = /\bgzip\b/.test(headers['accept-encoding'] ?? '')
  const body = isCompressed ? file.compressed : file.plain
  return {
    status: 200,
    headers: {
      ...headersOf(path, file),
      'Content-Length': String(body.length),
      ...(isCompressed ? { 'Content-Encoding': 'gzip' } : {}),
    },
    ...(event.httpMethod === 'HEAD' ? {} : { body: Readable.from([body]) }),
  }
}

interface DashboardFile {
  plain: Buffer
  compressed: Buffer
  etag: string
}

/** By path. Kept in memory: they are few and small. */
const files = lazy((): ReadonlyMap<string, DashboardFile> => {
  const folder = readEnv(DashboardEnv).DASHBOARD_DIR
  const paths = ['index.html', ...readdirSync(join(folder, 'assets')).map((name) => `assets/${name}`)]
  return new Map(
    paths.map((path) => {
      const plain = readFileSync(join(folder, path))
      return [path, { plain, compressed: gzipSync(plain, { level: 9 }), etag: `W/${etagOf(plain.toString('latin1'))}` }]
    }),
  )
})

/** The dashboard loads and asks nothing from elsewhere, and no other page may frame it. */
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

const headersOf = (path: string, { etag }: DashboardFile): Record<string, string> => ({
  'Content-Type': MEDIA_TYPES[extname(path)] ?? 'application/octet-stream',
  ETag: etag,
  Vary: 'Accept-Encoding',
  ...(path.startsWith('assets/')
    ? { 'Cache-Control': 'public, max-age=31536000, immutable' }
    : {
        'Cache-Control': 'private, no-cache',
        'Content-Security-Policy': CONTENT_SECURITY_POLICY,
        'Referrer-Policy': 'same-origin',
      }),
})
