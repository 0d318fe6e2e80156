import { sites } from '../api/endpoints/sites.ts'
import { getObject, type StoredObject } from '../shared/aws/site-store.ts'
import { DomainError } from '../shared/errors.ts'
import { formerPrefixes, type PublishedSite } from '../shared/site.ts'
import { type Doors, doors } from './doors.ts'
import { findProject, findVariant, latestSite } from './find-variant.ts'
import { matchesEtag } from './http/etag.ts'
import { queryOf } from './http/query-text.ts'
import type { Reply } from './http/reply.ts'
import { answer, type Call, serve } from './http/serve.ts'
import { keepOwner, ownerOfSite } from './http/site-owner.ts'

type Needed = Pick<Doors, 'table' | 'bucket'>
type SiteCall = Call<typeof sites.variantSite> | Call<typeof sites.projectSite>

/** GET /docs/{name}/…: a file of a variant's site, or of the project's latest. */
export const handler = serve(
  answer(
    sites.variantSite,
    async (call) =>
      await reply(call, async (opened, owner) => {
        const record = await findVariant(opened, call.params, call.caller, { for: 'read', owner })
        if (!record?.published) throw new DomainError('not-found', { message: 'File not found' })
        return record.published
      }),
  ),
  answer(
    sites.projectSite,
    async (call) =>
      await reply(call, async (opened, owner) => {
        const site = latestSite(await findProject(opened, call.params.name, call.caller, { for: 'read', owner }))
        if (!site) throw new DomainError('not-found', { message: 'No docs available' })
        return site
      }),
  ),
)

async function reply(
  call: SiteCall,
  find: (opened: Needed, owner: string | undefined) => Promise<PublishedSite>,
): Promise<Reply<undefined>> {
  const { event } = call
  const { path } = call.params
  const atFolder = event.path.endsWith('/')
  if (path.some(leavesTheSite)) throw new DomainError('bad-request', { message: 'The path leaves the site' })
  // Relative links of the start page need the slash.
  if (path.length === 0 && !atFolder) return { status: 302, headers: { Location: `${event.path}/${queryOf(event)}` } }
  const opened = doors('table', 'bucket')
  const site = await find(opened, ownerOfSite(call))
  const file = atFolder ? [...path, 'index.html'] : path
  return { ...(await serveFile(opened, site, file.join('/'), call)), cookies: keepOwner(call) }
}

const leavesTheSite = (segment: string): boolean => segment === '.' || segment === '..' || /[/\\\0]/.test(segment)

/** Written by strangers and served beside the API: nothing runs, nothing is sent anywhere, nothing frames it. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"

/** Bytes; S3 takes no longer key, and has none. */
const LONGEST_KEY = 1_024

async function serveFile(
  opened: Needed,
  site: PublishedSite,
  path: string,
  { headers: asked }: SiteCall,
): Promise<Reply<undefined>> {
  const object = await findFile(opened, site, path)
  if (!object) throw new DomainError('not-found', { message: 'File not found' })
  const headers = {
    'Content-Type': object.contentType,
    ETag: object.etag,
    'Cache-Control': 'private, no-cache',
    'Content-Security-Policy': CONTENT_SECURITY_POLICY,
    'X-Robots-Tag': 'noindex',
    'Referrer-Policy': 'no-referrer',
  }
  if (matchesEtag(asked['if-none-match'], object.etag)) {
    object.body.destroy()
    return { status: 304, headers }
  }
  return { status: 200, headers: { ...headers, 'Content-Length': String(object.size) }, body: object.body }
}

/** An asset may be one that only a page of a replaced site names, which its reader still has open. */
async function findFile({ bucket }: Needed, site: PublishedSite, path: string): Promise<StoredObject | undefined> {
  for (const prefix of [site.prefix, ...(path.startsWith('assets/') ? formerPrefixes(site) : [])]) {
    const key = prefix + path
    const object = Buffer.byteLength(key) > LONGEST_KEY ? undefined : await getObject(bucket, key)
    if (object) return object
  }
  return undefined
}
