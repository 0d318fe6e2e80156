import { createHash } from 'node:crypto'

/** A tag that changes whenever any of these values does. */
export const etagOf = (...values: unknown[]): string =>
  `"${createHash('sha256').update(JSON.stringify(values)).digest('base64url').slice(0, 27)}"`

/** Whether `If-None-Match` matches this tag. Accepts lists, weak tags (`W/"…"`) and `*`. */
export function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  const listed = ifNoneMatch?.match(/\*|"[^"]*"/g) ?? []
  return listed.some((candidate) => candidate === '*' || candidate === etag.replace(/^W\//, ''))
}
