import { byNewest, formatCursor, type Position } from '../../api/cursor.ts'
import { EVERYBODY, readSpent } from '../../shared/aws/ledger.ts'
import { recordPages } from '../../shared/aws/records.ts'
import { type IndexName, SHARDS } from '../../shared/aws/table.ts'
import type { GenerationRecord } from '../../shared/generation.ts'
import { type Caller, isAdmin } from '../../shared/user.ts'
import { accessOf } from '../accounts/access.ts'
import { etagOf, matchesEtag } from '../http/etag.ts'
import type { Resources } from '../resources.ts'
import { startTotals, type Totals } from './totals.ts'
import { viewVariants } from './view.ts'

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
  const totals = startTotals()
  const count = limit ?? MOST_VARIANTS
  const rows = await readNewest(resources, await sourcesOf(resources, caller), { count: count + 1, after }, totals)
  const total = { ...totals.total(), total_cost_usd: await spentBy(resources, caller) }
  const page = await fitToReply(resources, rows, count, total)
  const etag = etagOf(limit, after, page)
  return { etag, page: matchesEtag(ifNoneMatch, etag) ? undefined : page }
}

/** Total cost of the caller's generations in US dollars; for an admin, of everyone's. */
export const spentBy = async ({ table }: Resources<'table'>, caller: Caller): Promise<number> =>
  await readSpent(table, isAdmin(caller) ? EVERYBODY : caller.username)

/** Records in an index that the caller may read. */
interface Source {
  index: IndexName
  partition: string
  /** Limits the source to projects with these names. */
  names?: Set<string>
  /** Whether to include the records in the caller's totals. */
  inTotals: boolean
}

async function sourcesOf(resources: Resources<'table'>, caller: Caller): Promise<Source[]> {
  if (isAdmin(caller)) {
    return Array.from({ length: SHARDS }, (_, shard) => ({ index: 'all', partition: String(shard), inTotals: true }))
  }
  const { grants } = await accessOf(resources, caller)
  const granted = [...Map.groupBy(grants, ({ owner }) => owner)].map(([owner, ofOwner]): Source => {
    return { index: 'byOwner', partition: owner, names: new Set(ofOwner.map(({ name }) => name)), inTotals: false }
  })
  return [{ index: 'byOwner', partition: caller.username, inTotals: true }, ...granted]
}

/** Reads the sources completely, because the totals need it and the indexes are unsorted, but keeps at most `2 * count` records. */
async function readNewest(
  { table }: Resources<'table'>,
  sources: readonly Source[],
  { count, after }: { count: number; after?: Position | undefined },
  totals: Totals,
): Promise<GenerationRecord[]> {
  let newest: GenerationRecord[] = []
  await Promise.all(sources.map(readSource))
  return newest.toSorted(byNewest).slice(0, count)

  async function readSource({ index, partition, names, inTotals }: Source): Promise<void> {
    for await (const page of recordPages(table, index, partition)) {
      const records = page.filter(({ name }) => names?.has(name) ?? true)
      if (inTotals) for (const record of records) totals.add(record)
      newest.push(...records.filter((record) => after === undefined || byNewest(after, record) < 0))
      if (newest.length > 2 * count) newest = newest.toSorted(byNewest).slice(0, count)
    }
  }
}

/** At most `limit` rows, and no more than fit in a reply, but at least one. */
async function fitToReply(
  resources: Resources<'table' | 'bucket'>,
  rows: GenerationRecord[],
  limit: number,
  total: ReturnType<Totals['total']> & { total_cost_usd: number },
) {
  const views = await viewVariants(resources, rows.slice(0, limit), { plans: 'generating' })
  // All cursors have the same length.
  const [first] = rows
  let left = MAX_BYTES - sizeOf({ projects: [], ...total, ...(first && { next_cursor: formatCursor(first) }) })
  const fitting = views.findIndex((view, index) => {
    left -= sizeOf(view) + 1
    return left < 0 && index > 0
  })
  const projects = fitting === -1 ? views : views.slice(0, fitting)
  const last = rows[projects.length - 1]
  const more = last && projects.length < rows.length ? { next_cursor: formatCursor(last) } : {}
  return { projects, ...total, ...more }
}

const sizeOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value))
