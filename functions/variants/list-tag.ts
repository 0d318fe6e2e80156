import { createHash } from 'node:crypto'
import * as z from 'zod'
import type { Position } from '../../shared/position.ts'

/** The parts of a list's ETag. */
export interface ListTag {
  /** Digest of the whole reply. */
  content: string
  /** When the reply began to be read. */
  asOf: string
  /** The last position of the page; undefined if nothing follows it. */
  end: Position | undefined
  /** Digest of what tells that the reply is the same without reading it. */
  state: string
}

/** Base64 digits of a digest: 162 bits. */
const DIGITS = 27

/** A digest that changes whenever any of these values does. */
export const digestOf = (...values: unknown[]): string =>
  createHash('sha256').update(JSON.stringify(values)).digest('base64url').slice(0, DIGITS)

/** Formats a tag as an ETag. */
export const formatTag = ({ content, asOf, end, state }: ListTag): string =>
  `"${[content, timeText(asOf), end ? `${timeText(end.updatedAt)}-${end.key}` : '', state].join('.')}"`

/** Two digests of {@link DIGITS} digits around times in base 36 and the key of a variant. */
const FORMAT = /^"([\w-]{27})\.([0-9a-z]{1,11})\.(?:([0-9a-z]{1,11})-([0-9a-f]{64}))?\.([\w-]{27})"$/

/** The tags in `If-None-Match` that {@link formatTag} made, weak ones (`W/"…"`) included. */
export function parseTags(ifNoneMatch: string | undefined): (ListTag & { etag: string })[] {
  return (ifNoneMatch?.match(/"[^"]*"/g) ?? []).flatMap((etag) => parseTag(etag) ?? [])
}

function parseTag(etag: string): (ListTag & { etag: string }) | undefined {
  const [, content = '', asOfText = '', endText, key = '', state = ''] = FORMAT.exec(etag) ?? []
  const asOf = timeOf(asOfText)
  const updatedAt = endText === undefined ? undefined : timeOf(endText)
  if (!content || asOf === undefined) return undefined
  if (endText !== undefined && updatedAt === undefined) return undefined
  return { etag, content, asOf, end: updatedAt === undefined ? undefined : { updatedAt, key }, state }
}

const timeText = (iso: string): string => Date.parse(iso).toString(36)

/** Undefined for text that is no time. */
function timeOf(text: string): string | undefined {
  const ms = Number.parseInt(text, 36)
  return z.number().int().min(0).max(LATEST_MS).safeParse(ms).success ? new Date(ms).toISOString() : undefined
}

/** The end of the year 9999: later years have a longer format. */
const LATEST_MS = Date.UTC(9999, 11, 31)
