import { apiClient } from '../../api/client.ts'
import type { VariantView } from '../../api/variant.ts'
import { branchSegment } from '../../shared/branch-segment.ts'

/** The local service's API as its commands use it: over HTTP with the admin key, like any other client. */
export interface LocalClient {
  ask: ReturnType<typeof apiClient>
  file(path: string): Promise<Response>
}

/** A typed client for the service on this machine. */
export const localClient = (url: string, adminKey: string): LocalClient => ({
  ask: apiClient(url, adminKey),
  file: async (path) =>
    await fetch(new URL(path, url), { redirect: 'manual', headers: { Authorization: `Bearer ${adminKey}` } }),
})

/** The path of a variant in the API, including its branch. */
export const addressOf = ({ name, branch, ai_provider, ai_model }: VariantView): string =>
  [name, branchSegment(branch), ai_provider, ai_model].map(encodeURIComponent).join('/')

interface AnyReply {
  status: number
  json: unknown
}

/** The JSON of a reply with the expected status. @throws Error with the API's `detail` for any other status */
export function jsonOf<R extends AnyReply, S extends R['status']>(
  reply: R,
  status: S,
): Extract<R, { status: S }>['json'] {
  if (reply.status === status) return reply.json
  throw new Error(detailOf(reply))
}

/** The message of an error reply, for people to read. */
export const detailOf = ({ json }: AnyReply): string => describe(Object(json).detail)

const describe = (detail: unknown): string =>
  Array.isArray(detail)
    ? detail.map(({ loc, msg }) => `${loc.slice(1).join('.') || 'request'}: ${msg}`).join('\n')
    : String(detail)
