import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import { now } from '../time.ts'
import type { Table } from './clients.ts'
import { itemKeys } from './table.ts'

/** Stands for all owners; no user can have this name. */
export const EVERYBODY = '#everybody'

/**
 * Notes that something of this owner's is about to be deleted. A record that goes leaves no trace in the lists: this note,
 * written before, is how one can tell that a list is shorter than it was.
 */
export async function noteDeletion(table: Table, owner: string): Promise<void> {
  const notes = [owner, EVERYBODY].map((whose) => ({ ...itemKeys.deletion(whose), deletedAt: now() }))
  await Promise.all(notes.map((Item) => table.client.send(new PutCommand({ TableName: table.name, Item }))))
}

/** When the last deletion began, UTC ISO 8601; undefined when there was none. */
export async function lastDeletion(table: Table, whose: string): Promise<string | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: itemKeys.deletion(whose), ConsistentRead: true }),
  )
  return Item && String(Item.deletedAt)
}
