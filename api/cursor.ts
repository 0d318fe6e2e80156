import * as z from 'zod'
import type { Position } from '../shared/position.ts'

const Place = z.tuple([z.iso.datetime(), z.string().regex(/^[0-9a-f]{64}$/)])

/** What every cursor matches. */
export const CURSOR = /^WyIy[\w-]{100,200}$/

/** Encodes a position as an opaque cursor for clients. */
export const formatCursor = ({ updatedAt, key }: Position): string =>
  Buffer.from(JSON.stringify([updatedAt, key])).toString('base64url')

/** Returns undefined for anything that isn't a cursor from {@link formatCursor}. */
export function parseCursor(cursor: string): Position | undefined {
  try {
    const [updatedAt, key] = Place.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')))
    return { updatedAt, key }
  } catch {
    return undefined
  }
}
