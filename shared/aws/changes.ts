import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { minutesAfter, now } from '../time.ts'
import type { Table } from './clients.ts'
import { itemKeys, SHARDS, shardOf } from './table.ts'
import { queryPages } from './table-requests.ts'

/** A change that lists show: a variant was created or removed, or its generation started, ended or moved to another attempt. */
export interface Change {
  key: string
  /** The project's name. */
  name: string
  /** Different for every change. */
  id: string
}

/**
 * How far a reader looks back, in minutes: much longer than an index of DynamoDB lags, and than a change takes from its item to its
 * record.
 */
export const LOOKBACK_MINUTES = 2

/** The time from which on a reader looks for changes, in case an index does not show them yet. */
export const lookback = (): string => minutesAfter(now(), -LOOKBACK_MINUTES)

/** How long changes can be looked up. */
export const REMEMBERED_MINUTES = 60

/** Whose changes: those of an owner's variants, or of the variants in a shard. */
export type ChangesOf = { owner: string } | { shard: string }

/** Records that a variant is about to change, at the time `at`. Written before its record, so that lists never miss a change. */
export async function recordChange(
  table: Table,
  { key, owner, name }: { key: string; owner: string; name: string },
  at: string,
): Promise<void> {
  const expiresAt = Math.floor(Date.now() / 1_000) + 2 * REMEMBERED_MINUTES * 60
  await Promise.all(
    [{ owner }, { shard: shardOf(key) }].map(async (whose) => {
      // `project`, not `name`: an item with an index's key attributes would appear in that index.
      const Item = { ...itemKeys.change(partitionOf(whose), at, key), variantKey: key, project: name, expiresAt }
      await table.client.send(new PutCommand({ TableName: table.name, Item }))
    }),
  )
}

/** The changes since a time, oldest first; if there are more than `most`, only some of them, but more than that. A consistent read. */
export async function listChanges(table: Table, whose: ChangesOf, since: string, most: number): Promise<Change[]> {
  const changes: Change[] = []
  const pages = queryPages(table, {
    KeyConditionExpression: 'pk = :pk AND sk > :since',
    ExpressionAttributeValues: { ':pk': itemKeys.change(partitionOf(whose), '', '').pk, ':since': since },
    ConsistentRead: true,
    Limit: Number.isFinite(most) ? most + 1 : undefined,
  })
  for await (const items of pages) {
    for (const { variantKey, project, sk } of items)
      changes.push({ key: String(variantKey), name: String(project), id: String(sk) })
    if (changes.length > most) break
  }
  return changes
}

/** The changes of all variants. */
export const everywhere: readonly ChangesOf[] = Array.from({ length: SHARDS }, (_, shard) => ({ shard: String(shard) }))

/** No username begins with `#`. */
const partitionOf = (whose: ChangesOf): string => ('owner' in whose ? whose.owner : `#${whose.shard}`)
