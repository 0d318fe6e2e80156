import { GetCommand } from '@aws-sdk/lib-dynamodb'
import { GenerationRecord } from '../generation.ts'
import type { Table } from './clients.ts'
import { itemKeys } from './table.ts'
import { readItems } from './table-requests.ts'

/** The current record (a consistent read); undefined if there is none. */
export async function readRecord(table: Table, key: string): Promise<GenerationRecord | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: itemKeys.variant(key), ConsistentRead: true }),
  )
  return Item && !('removedAt' in Item) ? recordOf(Item) : undefined
}

/** The current records of these variants that exist (consistent reads), by key. */
export async function readRecords(table: Table, keys: Iterable<string>): Promise<Map<string, GenerationRecord>> {
  const items = await readItems(table, [...new Set(keys)].map(itemKeys.variant))
  const records = items.filter((item) => !('removedAt' in item)).map(recordOf)
  return new Map(records.map((record) => [record.key, record]))
}

/** Parses an item. */
export const recordOf = (item: unknown): GenerationRecord => GenerationRecord.parse(item)
