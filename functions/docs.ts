import { getObject } from '../shared/aws/site-store.ts'
import { queryRecords } from '../shared/aws/variant-store.ts'
import { DomainError } from '../shared/errors.ts'
import type { PublishedSite } from '../shared/site.ts'
import type { Caller } from '../shared/user.ts'
import { type Doors, doors } from './doors.ts'
import { findVariant, maySee } from './find-variant.ts'
import { parseVariantAddress } from './http/address.ts'
import { type Call, endpoint, type Reply } from './http/endpoint.ts'

type Needed = Pick<Doors, 'table' | 'bucket'>

/** GET /docs/{name}/…: a file of a variant's site, or of the project's latest. */
export const handler = endpoint(
  async (call, caller) => {
    const opened = doors('table', 'bucket')
    const target = call.segments.slice(1)
    const address = parseVariantAddress(target)
    const file = address ? address.rest : target.slice(1)
    if (file.length === 0 && !call.atFolder) return redirectToFolder(call)
    const site = address
      ? (await findVariant(opened, address, caller, call.query.owner))?.published
      : await latestSite(opened, target[0] ?? '', caller)
    if (!site) throw new DomainError('not-found', { message: address ? 'File not found' : 'No docs available' })
    return await serve(opened, call, site, file)
  },
  { stream: true },
)

/** Relative links of the start page need the slash. */
function redirectToFolder({ event }: Call): Reply {
  const query = new URLSearchParams()
  for (const [name, values] of Object.entries(event.multiValueQueryStringParameters ?? {})) {
    for (const value of values ?? []) query.append(name, value)
  }
  return { status: 302, headers: { Location: `${event.path}/${query.size > 0 ? `?${query}` : ''}` } }
}

async function latestSite({ table }: Needed, name: string, caller: Caller): Promise<PublishedSite | undefined> {
  const sites = (await queryRecords(table, 'byName', name))
    .filter((record) => maySee(caller, record))
    .flatMap(({ published }) => published ?? [])
  return sites.toSorted((a, b) => (a.publishedAt < b.publishedAt ? 1 : -1))[0]
}

/** Written by strangers and served beside the API: nothing runs, nothing is sent anywhere, nothing frames it. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"

async function serve({ bucket }: Needed, call: Call, site: PublishedSite, file: string[]): Promise<Reply> {
  if (file.some(leavesTheSite)) throw new DomainError('bad-request', { message: 'The path leaves the site' })
  const path = call.atFolder ? [...file.filter(Boolean), 'index.html'] : file
  const object = await getObject(bucket, site.prefix + path.join('/'))
  if (!object) throw new DomainError('not-found', { message: 'File not found' })
  const headers = {
    'Content-Type': object.contentType,
    ETag: object.etag,
    'Cache-Control': 'private, no-cache',
    'Content-Security-Policy': CONTENT_SECURITY_POLICY,
    'X-Robots-Tag': 'noindex',
    'Referrer-Policy': 'no-referrer',
  }
  if (call.headers['if-none-match'] === object.etag) {
    object.body.destroy()
    return { status: 304, headers }
  }
  return { status: 200, headers: { ...headers, 'Content-Length': String(object.size) }, body: object.body }
}

const leavesTheSite = (segment: string): boolean => segment === '.' || segment === '..' || /[/\\\0]/.test(segment)
