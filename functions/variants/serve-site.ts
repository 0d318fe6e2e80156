import type { sites } from '../../api/endpoints/sites.ts'
import { type DescribedObject, describeObject, getObject } from '../../shared/aws/site-store.ts'
import { readEnv, SitesEnv } from '../../shared/env.ts'
import { DomainError, isDomainError } from '../../shared/errors.ts'
import { type PublishedSite, supersededPrefixes } from '../../shared/site.ts'
import { SITE_POLICY_HEADER } from '../../shared/site-policy.ts'
import { matchesEtag } from '../http/etag.ts'
import { notFoundPage } from '../http/not-found-page.ts'
import { queryOf } from '../http/query-text.ts'
import type { Reply } from '../http/reply.ts'
import type { Call } from '../http/serve.ts'
import { keepOwner, ownerOfSite } from '../http/site-owner.ts'
import type { Resources } from '../resources.ts'

type SiteCall = Call<typeof sites.variantSite> | Call<typeof sites.projectSite>

/**
 * Serves a file of the site that `find` returns for the requested owner.
 *
 * @throws DomainError `path-leaves-site`, `file-not-found`
 */
export async function siteReply(
  call: SiteCall,
  resources: Resources<'bucket'>,
  find: (owner: string | undefined) => Promise<PublishedSite>,
): Promise<Reply<undefined>> {
  const { event } = call
  const { path } = call.params
  const atFolder = event.path.endsWith('/')
  if (path.some(leavesSite)) throw new DomainError('path-leaves-site', {})
  // Relative links on the start page need the trailing slash.
  if (path.length === 0 && !atFolder) return { status: 302, headers: { Location: `${event.path}/${queryOf(event)}` } }
  const site = await find(ownerOfSite(call))
  const file = atFolder ? [...path, 'index.html'] : path
  return { ...(await serveFileOrNotFound(resources, site, file, call)), cookies: keepOwner(call) }
}

/**
 * Browsers get a page for an address without a file: in the site's top folder the site's own, whose links are relative, and the
 * service's elsewhere.
 */
async function serveFileOrNotFound(
  resources: Resources<'bucket'>,
  site: PublishedSite,
  file: readonly string[],
  call: SiteCall,
): Promise<Reply<undefined>> {
  try {
    return await serveFile(resources, site, file.join('/'), call)
  } catch (error) {
    const isPage = call.headers.accept?.includes('text/html')
    if (!isPage || !isDomainError(error, 'file-not-found')) throw error
    const page = file.length === 1 ? await getObject(resources.bucket, `${site.prefix}404.html`) : undefined
    if (!page) return notFoundPage(file.length - 1, 'Go to the start page')
    const { ETag: _, ...headers } = headersOf(page)
    return { status: 404, headers: { ...headers, ...lengthOf(page) }, body: page.body }
  }
}

const leavesSite = (segment: string): boolean => segment === '.' || segment === '..' || /[/\\\0]/.test(segment)

/** S3's limit for a key, in bytes. */
const LONGEST_KEY = 1_024

/** Reads the object's bytes only if the reply has a body, so not for HEAD or 304. */
async function serveFile(
  { bucket }: Resources<'bucket'>,
  site: PublishedSite,
  path: string,
  { headers, event }: SiteCall,
): Promise<Reply<undefined>> {
  const keys = keysOf(site, path)
  const ifNoneMatch = headers['if-none-match']
  const isHead = event.httpMethod === 'HEAD'
  if (isHead || ifNoneMatch !== undefined) {
    const object = await firstOf(keys, async (key) => await describeObject(bucket, key))
    if (matchesEtag(ifNoneMatch, object.etag)) return { status: 304, headers: headersOf(object) }
    if (isHead) return { status: 200, headers: { ...headersOf(object), ...lengthOf(object) } }
  }
  const object = await firstOf(keys, async (key) => await getObject(bucket, key))
  return { status: 200, headers: { ...headersOf(object), ...lengthOf(object) }, body: object.body }
}

/** Also looks for assets in earlier sites: a reader may still have one of their pages open. */
const keysOf = (site: PublishedSite, path: string): string[] =>
  [site.prefix, ...(path.startsWith('assets/') ? supersededPrefixes(site) : [])]
    .map((prefix) => prefix + path)
    .filter((key) => Buffer.byteLength(key) <= LONGEST_KEY)

async function firstOf<Found>(
  keys: readonly string[],
  read: (key: string) => Promise<Found | undefined>,
): Promise<Found> {
  for (const key of keys) {
    const object = await read(key)
    if (object) return object
  }
  throw new DomainError('file-not-found', {})
}

const headersOf = ({ contentType, etag }: DescribedObject) => ({
  'Content-Type': contentType,
  ETag: etag,
  'Cache-Control': 'private, no-cache',
  'Content-Security-Policy': SITE_POLICY_HEADER,
  ...(readEnv(SitesEnv).SITE_INDEXABLE ? {} : { 'X-Robots-Tag': 'noindex' }),
  'Referrer-Policy': 'no-referrer',
})

const lengthOf = ({ size }: DescribedObject) => ({ 'Content-Length': String(size) })
