import { byNewest, formatCursor, type Position } from '../../api/cursor.ts'
import { EVERYBODY, readSpent } from '../../shared/aws/ledger.ts'
import { type IndexName, SHARDS } from '../../shared/aws/table.ts'
import { recordPages } from '../../shared/aws/variant-store.ts'
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

/** Bytes that a reply may have. */
const MAX_BYTES = 4_000_000
/** Of so many variants no reply could hold all. */
const MOST_VARIANTS = 6_000

/**
 * One page of all that a caller may see, newest change first, with the totals over everything; `page` is undefined when it is the
 * one that had this tag. The tag is made of the whole page, so it says exactly what the page says.
 *
 * A cursor is a place in the order. What changes moves to the front, so while others write, what did not change comes on
 * exactly one page, what changed on one at most.
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
  const page = await cut(resources, rows, count, total)
  const etag = etagOf(limit, after, page)
  return { etag, page: matchesEtag(ifNoneMatch, etag) ? undefined : page }
}

/** US dollars that the caller's generations have ever cost; for an admin, everybody's. */
export const spentBy = async ({ table }: Resources<'table'>, caller: Caller): Promise<number> =>
  await readSpent(table, isAdmin(caller) ? EVERYBODY : caller.username)

/** Records of an index that the caller may see. */
interface Source {
  index: IndexName
  partition: string
  /** Only the projects of these names count. */
  names?: Set<string>
  /** Whether they count in the caller's totals. */
  summed: boolean
}

async function sourcesOf(resources: Resources<'table'>, caller: Caller): Promise<Source[]> {
  if (isAdmin(caller)) {
    return Array.from({ length: SHARDS }, (_, shard) => ({ index: 'all', partition: String(shard), summed: true }))
  }
  const { grants } = await accessOf(resources, caller)
  const granted = [...Map.groupBy(grants, ({ owner }) => owner)].map(([owner, theirs]): Source => {
    return { index: 'byOwner', partition: owner, names: new Set(theirs.map(({ name }) => name)), summed: false }
  })
  return [{ index: 'byOwner', partition: caller.username, summed: true }, ...granted]
}

/** Reads all of the sources, since the totals need it and the indexes have no order, but keeps no more than twice the newest. */
async function readNewest(
  { table }: Resources<'table'>,
  sources: readonly Source[],
  { count, after }: { count: number; after?: Position | undefined },
  totals: Totals,
): Promise<GenerationRecord[]> {
  let newest: GenerationRecord[] = []
  await Promise.all(sources.map(readSource))
  return newest.toSorted(byNewest).slice(0, count)

  async function readSource({ index, partition, names, summed }: Source): Promise<void> {
    for await (const page of recordPages(table, index, partition)) {
      const records = page.filter(({ name }) => names?.has(name) ?? true)
      if (summed) for (const record of records) totals.add(record)
      newest.push(...records.filter((record) => after === undefined || byNewest(after, record) < 0))
      if (newest.length > 2 * count) newest = newest.toSorted(byNewest).slice(0, count)
    }
  }
}

/** At most `limit` of the rows, and no more than one reply holds, but at least one. */
async function cut(
  resources: Resources<'table' | 'bucket'>,
  rows: GenerationRecord[],
  limit: number,
  total: ReturnType<Totals['total']> & { total_cost_usd: number },
) {
  const views = await viewVariants(resources, rows.slice(0, limit), { plans: 'generating' })
  // Every cursor is of one length.
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
