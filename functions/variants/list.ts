import { formatCursor } from '../../api/cursor.ts'
import { LOOKBACK_MINUTES } from '../../shared/aws/changes.ts'
import { EVERYBODY, readSpent } from '../../shared/aws/ledger.ts'
import type { Listing } from '../../shared/aws/listings.ts'
import { readRecords } from '../../shared/aws/records.ts'
import { SHARDS } from '../../shared/aws/table.ts'
import type { GenerationRecord } from '../../shared/generation.ts'
import { byNewest, type Position } from '../../shared/position.ts'
import { minutesAfter, now } from '../../shared/time.ts'
import { type Caller, isAdmin } from '../../shared/user.ts'
import { type Access, accessOf } from '../accounts/access.ts'
import { matchesEtag } from '../http/etag.ts'
import type { Resources } from '../resources.ts'
import { isUnchanged, stateOf } from './is-unchanged.ts'
import { knownTo } from './known.ts'
import type { ListScope } from './list-scope.ts'
import { digestOf, formatTag, parseTags } from './list-tag.ts'
import { newestIn } from './newest.ts'
import { type Row, rowsOf } from './rows.ts'

export interface ListOptions {
  limit?: number | undefined
  after?: Position | undefined
  ifNoneMatch?: string | undefined
}

/** Maximum size of a reply in bytes. */
const MAX_BYTES = 4_000_000
/** More variants than fit in a reply of that size. */
const MOST_VARIANTS = 6_000

/**
 * One page of the variants that a caller may read, newest change first, with totals over all of them. `page` is undefined if it
 * still matches the given tag, which covers the page's entire content.
 *
 * A cursor is a position in that order, and a changed variant moves to the front. So under concurrent writes a variant that doesn't
 * change appears on exactly one page, and one that changes on at most one.
 */
export async function listVariants(
  resources: Resources<'table' | 'bucket'>,
  caller: Caller,
  { limit, after, ifNoneMatch }: ListOptions,
) {
  const asOf = now()
  const [access, spent] = await Promise.all([accessOf(resources, caller), spentBy(resources, caller)])
  const scope = { access, listings: listingsOf(access), limit, after, spent }
  const tags = parseTags(ifNoneMatch)
  const [newest] = tags
  if (newest && (await isUnchanged(resources, scope, newest))) return { etag: newest.etag, page: undefined }
  const read = await readPage(resources, scope, asOf)
  const content = digestOf(limit, after, read.page)
  const etag = formatTag({ content, asOf, end: read.page.next_cursor ? read.end : undefined, state: read.state })
  const isSame = tags.some((tag) => tag.content === content) || matchesEtag(ifNoneMatch, etag)
  return { etag, page: isSame ? undefined : read.page }
}

/** Total cost of the caller's generations in US dollars; for an admin, of everyone's. */
export const spentBy = async ({ table }: Resources<'table'>, caller: Caller): Promise<number> =>
  await readSpent(table, isAdmin(caller) ? EVERYBODY : caller.username)

function listingsOf({ caller, grants }: Access): Listing[] {
  if (isAdmin(caller)) return Array.from({ length: SHARDS }, (_, shard) => ({ shard: String(shard) }))
  return [{ owner: caller.username }, ...grants]
}

async function readPage(resources: Resources<'table' | 'bucket'>, scope: ListScope, asOf: string) {
  const { table } = resources
  const { access, listings, limit, after, spent } = scope
  const most = limit ?? MOST_VARIANTS
  const since = minutesAfter(asOf, -LOOKBACK_MINUTES)
  const { positions, recent } = await newestIn(table, listings, { after, count: most + 1, since })
  const total = { ...(await knownTo(resources, access.caller)), total_cost_usd: spent }
  const { rows, end } = await fitToReply(resources, positions.slice(0, most), recent.records, total)
  const more = end && positions.at(-1) !== end ? { next_cursor: formatCursor(end) } : {}
  const page = { projects: rows.map(({ view }) => view), ...total, ...more }
  return { page, end, state: stateOf(scope, recent, total, rows) }
}

/** Variants to read at a time. */
const READ_AT_ONCE = 400

/** The variants at these positions, no more than fit in a reply, but at least one; and the last position that was read. */
async function fitToReply(
  resources: Resources<'table' | 'bucket'>,
  positions: readonly Position[],
  known: ReadonlyMap<string, GenerationRecord>,
  total: object,
): Promise<{ rows: Row[]; end: Position | undefined }> {
  const [first] = positions
  const rows: Row[] = []
  let end: Position | undefined
  // All cursors have the same length.
  let left = MAX_BYTES - sizeOf({ projects: [], ...total, ...(first && { next_cursor: formatCursor(first) }) })
  for (let from = 0; from < positions.length; from += READ_AT_ONCE) {
    const some = positions.slice(from, from + READ_AT_ONCE)
    const views = await readRows(resources, some, known)
    for (const position of some) {
      const row = views.get(position.key)
      left -= row ? sizeOf(row.view) + 1 : 0
      if (left < 0 && rows.length > 0) return { rows: sorted(rows), end }
      // Otherwise it was deleted just now.
      if (row) rows.push(row)
      end = position
    }
  }
  return { rows: sorted(rows), end }
}

/** A variant that has changed since its position was read has moved to the front. */
const sorted = (rows: Row[]): Row[] => rows.toSorted((a, b) => byNewest(a.record, b.record))

async function readRows(
  resources: Resources<'table' | 'bucket'>,
  positions: readonly Position[],
  known: ReadonlyMap<string, GenerationRecord>,
): Promise<Map<string, Row>> {
  const keys = positions.map(({ key }) => key)
  const others = await readRecords(
    resources.table,
    keys.filter((key) => !known.has(key)),
  )
  const records = keys.map((key) => known.get(key) ?? others.get(key)).filter((record) => record !== undefined)
  const rows = await rowsOf(resources, records, { plans: 'generating' })
  return new Map(rows.map((row) => [row.record.key, row]))
}

const sizeOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value))
