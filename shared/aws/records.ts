import { GetCommand } from '@aws-sdk/lib-dynamodb'
import { GenerationRecord } from '../generation.ts'
import type { Table } from './clients.ts'
import { type Creation, listCreations } from './creations.ts'
import { type IndexName, itemKeys, SHARDS, tableSchema } from './table.ts'
import { queryPages } from './table-requests.ts'

/** The current record (a consistent read); undefined if there is none. */
export async function readRecord(table: Table, key: string): Promise<GenerationRecord | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: itemKeys.variant(key), ConsistentRead: true }),
  )
  return Item && !('removedAt' in Item) ? recordOf(Item) : undefined
}

/** Records of an index partition, unordered. Indexes lag: use {@link readRecord} before deciding anything. */
export async function queryRecords(table: Table, index: IndexName, partition: string): Promise<GenerationRecord[]> {
  return (await Array.fromAsync(recordPages(table, index, partition))).flat()
}

/**
 * The same in DynamoDB's pages: a megabyte or `pageSize` records at a time. Records created in the last minutes are looked up if the
 * lagging index does not show them, so every record that exists throughout the read appears exactly once. (Not in `active`: there,
 * new generations are found by their queue entries.)
 */
export async function* recordPages(
  table: Table,
  index: IndexName,
  partition: string,
  pageSize?: number,
): AsyncGenerator<GenerationRecord[]> {
  const belongs = partitions[index]
  const created = belongs ? (await listCreations(table)).filter((creation) => belongs(creation) === partition) : []
  const seen = new Set<string>()
  const pages = queryPages(table, {
    IndexName: index,
    KeyConditionExpression: '#partition = :partition',
    ExpressionAttributeNames: { '#partition': tableSchema.indexes[index].partitionKey },
    ExpressionAttributeValues: { ':partition': partition },
    Limit: pageSize,
  })
  for await (const items of pages) {
    // A record removed and recreated during the read has two entries.
    yield items.map(recordOf).filter(({ key }) => !seen.has(key) && seen.add(key))
  }
  const missing = new Set(created.map(({ key }) => key)).difference(seen)
  const found = await Promise.all([...missing].map((key) => readRecord(table, key)))
  yield found.filter((record) => record !== undefined)
}

/** The partition of the index `all` that a record belongs to. */
export const shardOf = (key: string): string => String(Number.parseInt(key.slice(0, 4), 16) % SHARDS)

/** The index partition that a new record belongs to. */
const partitions: Partial<Record<IndexName, (creation: Creation) => string>> = {
  byOwner: ({ owner }) => owner,
  byName: ({ name }) => name,
  all: ({ key }) => shardOf(key),
}

/** Parses an item. In the table, `updatedAt` is an index key that never changes, and records of earlier versions have no `changedAt`. */
export function recordOf(item: unknown): GenerationRecord {
  const record = GenerationRecord.parse(item)
  const { updatedAt, changedAt = updatedAt } = record
  return { ...record, updatedAt: changedAt > updatedAt ? changedAt : updatedAt }
}
