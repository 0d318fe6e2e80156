import { createHash } from 'node:crypto'

/** A tag for whatever these values are made of. */
export const etagOf = (...values: unknown[]): string =>
  `"${createHash('sha256').update(JSON.stringify(values)).digest('base64url').slice(0, 27)}"`

/** Whether `If-None-Match` names this tag: in a list, as `W/"…"`, or by `*`. */
export function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  const listed = ifNoneMatch?.match(/\*|"[^"]*"/g) ?? []
  return listed.some((candidate) => candidate === '*' || candidate === etag.replace(/^W\//, ''))
}
