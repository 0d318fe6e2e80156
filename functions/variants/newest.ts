import type { Change } from '../../shared/aws/changes.ts'
import type { Table } from '../../shared/aws/clients.ts'
import { changesIn, entriesIn, type Listing } from '../../shared/aws/listings.ts'
import { readRecords } from '../../shared/aws/records.ts'
import type { GenerationRecord } from '../../shared/generation.ts'
import { byNewest, type Position } from '../../shared/position.ts'

export interface NewestOptions {
  /** Only variants after this position. */
  after?: Position | undefined
  count: number
  /** From when on to look for changes that the indexes may not show yet. */
  since: string
}

/** What has just changed in a list, and the records of these variants that exist. */
export interface Recent {
  changes: readonly Change[]
  records: ReadonlyMap<string, GenerationRecord>
}

/**
 * The positions of the `count` newest changes in several listings, newest first. Costs what it returns and what has just changed,
 * however many variants there are.
 *
 * The indexes lag. So the positions of variants that have just changed come from their records: old entries don't count, and missing
 * ones are added. The changes are read after the entries, because an entry may be missing while its key changes.
 */
export async function newestIn(
  table: Table,
  listings: readonly Listing[],
  { after, count, since }: NewestOptions,
): Promise<{ positions: Position[]; recent: Recent }> {
  for (let most = count; ; ) {
    const { entries, isComplete } = await firstEntries(table, listings, after, most)
    const changes = await changesSince(table, listings, since)
    const changed = new Set(changes.map(({ key }) => key))
    const unchanged = entries.filter(({ key }) => !changed.has(key))
    // At most this many are outdated, unless there were changes just now.
    most = count + changed.size
    if (!isComplete && unchanged.length < count) continue
    const records = await readRecords(table, changed)
    const moved = [...records.values()].filter((record) => isAfter(record, after))
    return { positions: [...unchanged, ...moved].toSorted(byNewest).slice(0, count), recent: { changes, records } }
  }
}

/** Whether a position comes after another one in lists. */
export const isAfter = (position: Position, other: Position | undefined): boolean =>
  other === undefined || byNewest(other, position) < 0

/** The first `count` entries, or all if there are fewer. Of several entries of a variant the newest counts. */
async function firstEntries(
  table: Table,
  listings: readonly Listing[],
  after: Position | undefined,
  count: number,
): Promise<{ entries: Position[]; isComplete: boolean }> {
  const entries = new Map<string, Position>()
  for await (const entry of mergedEntries(table, listings, { after, count })) {
    if (!entries.has(entry.key)) entries.set(entry.key, entry)
    if (entries.size === count) return { entries: [...entries.values()], isComplete: false }
  }
  return { entries: [...entries.values()], isComplete: true }
}

const changesSince = async (table: Table, listings: readonly Listing[], since: string): Promise<Change[]> =>
  (await Promise.all(listings.map(async (listing) => await changesIn(table, listing, since)))).flat()

/** The largest page of entries to read, in entries. */
const LARGEST_PAGE = 1_000

/** The entries of all listings, newest first. Pages are just large enough if the newest entries are spread nearly evenly. */
async function* mergedEntries(
  table: Table,
  listings: readonly Listing[],
  { after, count }: { after: Position | undefined; count: number },
): AsyncGenerator<Position> {
  const most = listings.length === 1 ? count : Math.ceil((1.5 * count) / listings.length)
  const pageSize = Math.min(LARGEST_PAGE, most)
  const sources = listings.map((listing): Source => {
    return { pages: entriesIn(table, listing, { after, pageSize }), entries: [], next: 0 }
  })
  for (;;) {
    await Promise.all(sources.map(fill))
    let newest: Source | undefined
    for (const source of sources) if (headOf(source) && isNewer(source, newest)) newest = source
    const head = newest && headOf(newest)
    if (!newest || !head) return
    newest.next++
    yield head
  }
}

interface Source {
  pages: AsyncGenerator<Position[]>
  /** The page that was read last, and the first entry of it that has not been taken. */
  entries: Position[]
  next: number
}

const headOf = ({ entries, next }: Source): Position | undefined => entries[next]

function isNewer(source: Source, other: Source | undefined): boolean {
  const [head, newest] = [headOf(source), other && headOf(other)]
  return head !== undefined && (newest === undefined || byNewest(head, newest) < 0)
}

async function fill(source: Source): Promise<void> {
  while (!headOf(source)) {
    const { value, done } = await source.pages.next()
    if (done) return
    Object.assign(source, { entries: value, next: 0 })
  }
}
