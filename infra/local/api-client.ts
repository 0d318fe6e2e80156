import { apiClient } from '../../api/client.ts'

/** The API as the commands of this folder use it: over HTTP, with the admin's key, like anybody else. */
export interface LocalClient {
  ask: ReturnType<typeof apiClient>
  file(path: string): Promise<Response>
}

/** A typed client of the API of the service on this machine, with the admin key. */
export const localClient = (url: string, adminKey: string): LocalClient => ({
  ask: apiClient(url, adminKey),
  file: async (path) =>
    await fetch(new URL(path, url), { redirect: 'manual', headers: { Authorization: `Bearer ${adminKey}` } }),
})

interface AnyReply {
  status: number
  json: unknown
}

/** The JSON of a reply that has this status. @throws Error with the API's `detail` for any other */
export function jsonOf<R extends AnyReply, S extends R['status']>(
  reply: R,
  status: S,
): Extract<R, { status: S }>['json'] {
  if (reply.status === status) return reply.json
  throw new Error(detailOf(reply))
}

/** What an error reply says, for people. */
export const detailOf = ({ json }: AnyReply): string => describe(Object(json).detail)

const describe = (detail: unknown): string =>
  Array.isArray(detail)
    ? detail.map(({ loc, msg }) => `${loc.slice(1).join('.') || 'request'}: ${msg}`).join('\n')
    : String(detail)
