import type { GenerationRecord } from '../generation.ts'
import { type Position, positionOf, textOfPosition } from '../position.ts'
import { ACTIVE } from './active-records.ts'
import { type Change, type ChangesOf, everywhere, listChanges, lookback } from './changes.ts'
import type { Table } from './clients.ts'
import { readRecords } from './records.ts'
import { type IndexName, tableSchema } from './table.ts'
import { queryPages } from './table-requests.ts'

/** Variants that are listed together: those of a shard, of an owner, of an owner's project, or of all projects of a name. */
export type Listing = { shard: string } | { owner: string } | { owner: string; name: string } | { name: string }

/**
 * All variants in a listing as they are now (consistent reads), unsorted, up to `pageSize` at a time. Every variant that exists
 * throughout the read comes exactly once, however far the index lags. While an entry's key changes, the index may show neither the
 * old entry nor the new one; so variants that have changed recently are found by their changes.
 */
export async function* recordsIn(table: Table, listing: Listing, pageSize = 1_000): AsyncGenerator<GenerationRecord[]> {
  const since = lookback()
  const seen = new Set<string>()
  const readNew = async (entries: { key: string }[]) => {
    const keys = entries.map(({ key }) => key).filter((key) => !seen.has(key) && seen.add(key))
    return [...(await readRecords(table, keys)).values()]
  }
  for await (const entries of entriesIn(table, listing, { pageSize })) yield await readNew(entries)
  // Afterwards, because an entry may be missing while its key changes.
  yield await readNew(await changesIn(table, listing, since))
}

/** Whether there is any variant in a listing. */
export async function hasRecords(table: Table, listing: Listing): Promise<boolean> {
  for await (const records of recordsIn(table, listing, 10)) if (records.length > 0) return true
  return false
}

/** A record's attributes that change with every change that lists show: the time, and the sort keys of the lists' indexes. */
export function keysInLists({ key, owner, updatedAt }: Pick<GenerationRecord, 'key' | 'owner' | 'updatedAt'>) {
  const change = textOfPosition({ updatedAt, key })
  return { updatedAt, change, ownerChange: `${owner}#${change}` }
}

/** The changes in a listing since a time; if there are more than `most`, only some of them, but more than that. */
export async function changesIn(
  table: Table,
  listing: Listing,
  since: string,
  most = Number.POSITIVE_INFINITY,
): Promise<Change[]> {
  const changes = await Promise.all(
    partitionsOf(listing).map(async (whose) => await listChanges(table, whose, since, most)),
  )
  return changes.flat().filter((change) => !('name' in listing) || change.name === listing.name)
}

function partitionsOf(listing: Listing): readonly ChangesOf[] {
  if ('owner' in listing) return [{ owner: listing.owner }]
  return 'shard' in listing ? [listing] : everywhere
}

export interface EntryOptions {
  /** Only entries after this position. */
  after?: Position | undefined
  pageSize: number
}

/** The entries of a listing in its index, which lags: newest change first, or for a project name grouped by owner. */
export async function* entriesIn(
  table: Table,
  listing: Listing,
  { after, pageSize }: EntryOptions,
): AsyncGenerator<Position[]> {
  const { index, partition, prefix } = placeOf(listing)
  const last = after && prefix + textOfPosition(after)
  const range = { from: prefix || FIRST, to: last ?? prefix + LAST }
  for await (const texts of sortKeysIn(table, index, partition, range, pageSize))
    yield texts.filter((text) => text !== last).map(positionOf)
}

export interface ActiveOptions {
  /** Only this owner's. */
  owner?: string | undefined
  /** Only those between two positions in lists, from the lower one to the upper one. */
  between?: { lower: Position | undefined; upper: Position | undefined }
  /** No more than this many. */
  most?: number
}

/** The keys of generating variants, oldest change first. From an index, which lags. */
export async function listActive(table: Table, { owner, between, most }: ActiveOptions = {}): Promise<string[]> {
  const [index, partition] =
    owner === undefined ? (['activeByChange', ACTIVE] as const) : (['activeByOwner', owner] as const)
  const { lower, upper } = between ?? {}
  const range = { from: lower ? textOfPosition(lower) : FIRST, to: upper ? textOfPosition(upper) : LAST }
  return await keysIn(table, index, partition, range, most)
}

async function keysIn(
  table: Table,
  index: IndexName,
  partition: string,
  range: { from: string; to: string },
  most?: number,
): Promise<string[]> {
  const keys: string[] = []
  for await (const texts of sortKeysIn(table, index, partition, range, most, 'forward')) {
    keys.push(...texts.map((text) => positionOf(text).key))
    if (most !== undefined && keys.length >= most) break
  }
  return keys
}

/** The owners that have a project of this name. */
export async function ownersOf(table: Table, name: string): Promise<string[]> {
  const owners = new Set<string>()
  for (let from = FIRST; ; ) {
    const owner = await firstOwner(table, name, from)
    if (owner === undefined) break
    owners.add(owner)
    // Skips the owner's other variants.
    from = `${owner}#${LAST}`
  }
  const changed = await changesIn(table, { name }, lookback())
  const records = await readRecords(
    table,
    changed.map(({ key }) => key),
  )
  for (const { owner } of records.values()) owners.add(owner)
  return [...owners]
}

async function firstOwner(table: Table, name: string, from: string): Promise<string | undefined> {
  const pages = sortKeysIn(table, 'projectByChange', name, { from, to: LAST }, 1, 'forward')
  for await (const [text] of pages) return text?.split('#')[0]
  return undefined
}

/** Before and after all other texts in sort keys. */
const FIRST = '!'
const LAST = '~'

function placeOf(listing: Listing): { index: IndexName; partition: string; prefix: string } {
  if ('name' in listing)
    return { index: 'projectByChange', partition: listing.name, prefix: 'owner' in listing ? `${listing.owner}#` : '' }
  if ('owner' in listing) return { index: 'ownerByChange', partition: listing.owner, prefix: '' }
  return { index: 'byChange', partition: listing.shard, prefix: '' }
}

async function* sortKeysIn(
  table: Table,
  index: IndexName,
  partition: string,
  { from, to }: { from: string; to: string },
  pageSize: number | undefined,
  direction: 'forward' | 'backward' = 'backward',
): AsyncGenerator<string[]> {
  const { partitionKey, sortKey } = tableSchema.indexes[index]
  const pages = queryPages(table, {
    IndexName: index,
    KeyConditionExpression: '#partition = :partition AND #sort BETWEEN :from AND :to',
    ExpressionAttributeNames: { '#partition': partitionKey, '#sort': sortKey },
    ExpressionAttributeValues: { ':partition': partition, ':from': from, ':to': to },
    ScanIndexForward: direction === 'forward',
    Limit: pageSize,
  })
  for await (const items of pages) yield items.map((item) => String(item[sortKey]))
}
