import { DeleteCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import { isNeeded } from '../object-keys.ts'
import { minutesAfter, now } from '../time.ts'
import type { Bucket, Table } from './clients.ts'
import { readRecord } from './records.ts'
import { deleteObjects, listObjects } from './site-store.ts'
import { itemKeys } from './table.ts'

/** Objects to delete at some later time, unless they are still needed then. */
export interface Cleanup {
  dueAt: string
  /** The variant's key. */
  key: string
  /** Common prefix of the objects' keys. */
  prefix: string
}

/** Schedules a cleanup. Call it before the write that makes the objects obsolete: after a crash in between, it deletes nothing. */
export async function scheduleCleanup(table: Table, key: string, prefix: string, minutes: number): Promise<void> {
  const dueAt = minutesAfter(now(), minutes)
  const Item = { ...itemKeys.cleanup(dueAt, prefix), variantKey: key, prefix, dueAt }
  await table.client.send(new PutCommand({ TableName: table.name, Item }))
}

/** Up to `limit` due cleanups, oldest first. */
export async function listDueCleanups(table: Table, limit: number): Promise<Cleanup[]> {
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'pk = :pk AND sk < :now',
      ExpressionAttributeValues: { ':pk': 'CLEANUP', ':now': now() },
      Limit: limit,
    }),
  )
  return Items.map(({ variantKey, prefix, dueAt }) => ({
    key: String(variantKey),
    prefix: String(prefix),
    dueAt: String(dueAt),
  }))
}

/** Deletes what the record does not need under the prefix, then the cleanup itself. */
export async function cleanUp(table: Table, bucket: Bucket, { dueAt, key, prefix }: Cleanup): Promise<void> {
  await deleteUnneeded(table, bucket, key, prefix)
  await table.client.send(new DeleteCommand({ TableName: table.name, Key: itemKeys.cleanup(dueAt, prefix) }))
}

/**
 * Deletes the objects under the prefix that the variant's record does not need. Objects are listed before the record is read: each
 * belongs to a generation that was already reserved, so if the record does not need it now, nothing ever will.
 */
export async function deleteUnneeded(table: Table, bucket: Bucket, key: string, prefix: string): Promise<void> {
  const objects = await Array.fromAsync(listObjects(bucket, prefix))
  const record = await readRecord(table, key)
  await deleteObjects(
    bucket,
    objects.map((object) => object.key).filter((objectKey) => !isNeeded(record, objectKey)),
  )
}
