import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb'
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
