import { setTimeout as sleep } from 'node:timers/promises'
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { BatchGetCommand, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb'
import pLimit from 'p-limit'
import type { Table } from './clients.ts'

type Item = Record<string, unknown>

/** The items of a query, in DynamoDB's pages: a megabyte or `Limit` items at a time. @param start - the key to begin after */
export async function* queryPages(
  table: Table,
  input: Omit<QueryCommandInput, 'TableName' | 'ExclusiveStartKey'>,
  start?: Item,
): AsyncGenerator<Item[]> {
  do {
    const page = await table.client.send(
      new QueryCommand({ TableName: table.name, ...input, ExclusiveStartKey: start }),
    )
    yield page.Items ?? []
    start = page.LastEvaluatedKey
  } while (start)
}

/** All items of a query. */
export const queryAll = async (table: Table, input: Parameters<typeof queryPages>[1]): Promise<Item[]> =>
  (await Array.fromAsync(queryPages(table, input))).flat()

/** DynamoDB's limit for one request. */
const BATCH = 100
const BATCHES_AT_ONCE = 4
/** Pause after a request of which DynamoDB has read nothing. */
const THROTTLED_MS = 100

/** The items with these keys that exist, in any order (consistent reads). Each key may be there only once. */
export async function readItems(table: Table, keys: readonly Item[]): Promise<Item[]> {
  const batches = Array.from({ length: Math.ceil(keys.length / BATCH) }, (_, index) =>
    keys.slice(index * BATCH, (index + 1) * BATCH),
  )
  return (await pLimit(BATCHES_AT_ONCE).map(batches, async (batch) => await readBatch(table, batch))).flat()
}

async function readBatch(table: Table, keys: Item[]): Promise<Item[]> {
  const found: Item[] = []
  let left = keys
  while (left.length > 0) {
    const request = { [table.name]: { Keys: left, ConsistentRead: true } }
    const { Responses, UnprocessedKeys } = await table.client.send(new BatchGetCommand({ RequestItems: request }))
    const items = Responses?.[table.name] ?? []
    found.push(...items)
    // More than fits in one reply.
    left = UnprocessedKeys?.[table.name]?.Keys ?? []
    if (items.length === 0 && left.length > 0) await sleep(THROTTLED_MS)
  }
  return found
}

/** Waits for a conditional write; false if its condition did not hold. */
export async function conditionHeld(write: Promise<unknown>): Promise<boolean> {
  try {
    await write
    return true
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false
    throw error
  }
}
