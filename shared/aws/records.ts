import { setTimeout as sleep } from 'node:timers/promises'
import { BatchGetCommand, GetCommand } from '@aws-sdk/lib-dynamodb'
import pLimit from 'p-limit'
import { GenerationRecord } from '../generation.ts'
import type { Table } from './clients.ts'
import { itemKeys } from './table.ts'

/** The current record (a consistent read); undefined if there is none. */
export async function readRecord(table: Table, key: string): Promise<GenerationRecord | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: itemKeys.variant(key), ConsistentRead: true }),
  )
  return Item && !('removedAt' in Item) ? recordOf(Item) : undefined
}

/** DynamoDB's limit for one request. */
const BATCH = 100
const BATCHES_AT_ONCE = 4
/** Pause after a request of which DynamoDB has read nothing. */
const THROTTLED_MS = 100

/** The current records of these variants that exist (consistent reads), by key. */
export async function readRecords(table: Table, keys: Iterable<string>): Promise<Map<string, GenerationRecord>> {
  const all = [...new Set(keys)]
  const batches = Array.from({ length: Math.ceil(all.length / BATCH) }, (_, index) =>
    all.slice(index * BATCH, (index + 1) * BATCH),
  )
  const found = await pLimit(BATCHES_AT_ONCE).map(batches, async (batch) => await readBatch(table, batch))
  return new Map(found.flat().map((record) => [record.key, record]))
}

async function readBatch(table: Table, keys: string[]): Promise<GenerationRecord[]> {
  const records: GenerationRecord[] = []
  let left: Record<string, unknown>[] = keys.map((key) => itemKeys.variant(key))
  while (left.length > 0) {
    const request = { [table.name]: { Keys: left, ConsistentRead: true } }
    const { Responses, UnprocessedKeys } = await table.client.send(new BatchGetCommand({ RequestItems: request }))
    const items = Responses?.[table.name] ?? []
    records.push(...items.filter((item) => !('removedAt' in item)).map(recordOf))
    // More than fits in one reply.
    left = UnprocessedKeys?.[table.name]?.Keys ?? []
    if (items.length === 0 && left.length > 0) await sleep(THROTTLED_MS)
  }
  return records
}

/** Parses an item. */
export const recordOf = (item: unknown): GenerationRecord => GenerationRecord.parse(item)
