import { byNewest, formatCursor, type Position } from '../../api/cursor.ts'
import { EVERYBODY, lastDeletion } from '../../shared/aws/deletions.ts'
import { readSpent } from '../../shared/aws/ledger.ts'
import { type IndexName, SHARDS } from '../../shared/aws/table.ts'
import { recordPages } from '../../shared/aws/variant-store.ts'
import type { GenerationRecord } from '../../shared/generation.ts'
import { isActive } from '../../shared/lifecycle.ts'
import { millisecondsSince } from '../../shared/time.ts'
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
 * One page of all that a caller may see, newest change first, with the totals over everything; `page` is undefined when nothing
 * has changed since the reply that had this tag.
 *
 * A cursor is a place in the order. What changes moves to the front, so while others write, what did not change comes on
 * exactly one page, what changed on one at most.
 */
export async function listVariants(resources: Resources<'table' | 'bucket'>, caller: Caller, options: ListOptions) {
  const sources = await sourcesOf(resources, caller)
  const deletions = await Promise.all(sources.map(({ owner }) => lastDeletion(resources.table, owner ?? EVERYBODY)))
  // One that has just begun may not be over: then the heads do not tell.
  const settled = deletions.every((time) => time === undefined || millisecondsSince(time) > DELETION_MS)
  const total_cost_usd = await spentBy(resources, caller)
  const tagOf = async (heads: GenerationRecord[][]) => {
    const records = heads.flat()
    const views = await viewVariants(resources, records, { plans: 'none' })
    return etagOf(
      caller,
      options.limit,
      options.after,
      deletions,
      total_cost_usd,
      views,
      records.map(({ planKey }) => planKey ?? null),
    )
  }

  if (settled && options.ifNoneMatch) {
    const etag = await tagOf(await Promise.all(sources.map((source) => headOf(resources, source))))
    if (matchesEtag(options.ifNoneMatch, etag)) return { etag, page: undefined }
  }
  const totals = startTotals()
  const parts = await Promise.all(sources.map((source) => readPart(resources, source, options, totals)))
  const page = await cut(resources, merge(parts), options.limit ?? MOST_VARIANTS, { ...totals.total(), total_cost_usd })
  const tellsAll = settled && !parts.some(({ activeBelow }) => activeBelow)
  const etag = tellsAll ? await tagOf(parts.map(({ head }) => head)) : etagOf(caller, page)
  return { etag, page: matchesEtag(options.ifNoneMatch, etag) ? undefined : page }
}

/** US dollars that the caller's generations have ever cost; for an admin, everybody's. */
export const spentBy = async ({ table }: Resources<'table'>, caller: Caller): Promise<number> =>
  await readSpent(table, isAdmin(caller) ? EVERYBODY : caller.username)

/** Records of an index that the caller may see. */
interface Source {
  index: IndexName
  partition: string
  /** Undefined for everybody's. */
  owner: string | undefined
  /** Only the projects of these names count. */
  names?: Set<string>
  /** Whether they count in the caller's totals. */
  summed: boolean
}

async function sourcesOf(resources: Resources<'table' | 'bucket'>, caller: Caller): Promise<Source[]> {
  if (isAdmin(caller)) {
    return Array.from({ length: SHARDS }, (_, shard) => {
      return { index: 'all', partition: String(shard), owner: undefined, summed: true }
    })
  }
  const { grants } = await accessOf(resources, caller)
  const granted = [...Map.groupBy(grants, ({ owner }) => owner)].map(([owner, theirs]): Source => {
    return { index: 'byOwner', partition: owner, owner, names: new Set(theirs.map(({ name }) => name)), summed: false }
  })
  return [{ index: 'byOwner', partition: caller.username, owner: caller.username, summed: true }, ...granted]
}

/**
 * The newest records of a source tell whether anything in it has changed. A change of status moves its record to the front;
 * a record that is not generating changes in no other way; one that is generating and has left the front makes the tag
 * depend on the whole reply instead; and a deletion leaves a note. So an unchanged list costs one short query for each
 * source, and no write pays for it.
 */
const HEAD = 100
/** As long as a deletion that was noted may take. */
const DELETION_MS = 60_000

async function headOf({ table }: Resources<'table' | 'bucket'>, source: Source): Promise<GenerationRecord[]> {
  const head: GenerationRecord[] = []
  for await (const page of recordPages(table, source.index, source.partition, HEAD)) {
    head.push(...page.filter((record) => counts(source, record)).slice(0, HEAD - head.length))
    if (head.length === HEAD) break
  }
  return head
}

const counts = ({ names }: Source, record: GenerationRecord): boolean => names?.has(record.name) ?? true

interface Part {
  head: GenerationRecord[]
  /** Those of the page, and what else is as old as the last of them. */
  rows: GenerationRecord[]
  /** Something is generating that is not in the head. */
  activeBelow: boolean
}

/** Reads all of a source, since the totals need it, but keeps no more than a page. */
async function readPart(
  { table }: Resources<'table' | 'bucket'>,
  source: Source,
  { limit, after }: ListOptions,
  totals: Totals,
): Promise<Part> {
  const part: Part = { head: [], rows: [], activeBelow: false }
  const enough = (limit ?? MOST_VARIANTS) + 1
  const { rows, head } = part
  for await (const page of recordPages(table, source.index, source.partition)) {
    for (const record of page.filter((candidate) => counts(source, candidate))) {
      if (head.length < HEAD) head.push(record)
      else if (isActive(record)) part.activeBelow = true
      if (source.summed) totals.add(record)
      const follows = after === undefined || byNewest(after, record) < 0
      if (follows && (rows.length < enough || record.updatedAt === rows.at(-1)?.updatedAt)) rows.push(record)
    }
  }
  return part
}

/** In order, each once: an index that lags may show a record that has just changed in two places. */
function merge(parts: readonly Part[]): GenerationRecord[] {
  const rows = parts.flatMap((part) => part.rows).toSorted(byNewest)
  const known = new Set<string>()
  return rows.filter(({ key }) => !known.has(key) && known.add(key))
}

/** At most `limit` of the rows, and no more than one reply holds, but at least one. */
async function cut(
  resources: Resources<'table' | 'bucket'>,
  rows: GenerationRecord[],
  limit: number,
  total: ReturnType<Totals['total']> & { total_cost_usd: number },
) {
  const views = await viewVariants(resources, rows.slice(0, limit), { plans: 'generating' })
  let left = MAX_BYTES - sizeOf(total)
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
