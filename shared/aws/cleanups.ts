import { DeleteCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import { isNeeded } from '../object-keys.ts'
import { minutesAfter, now } from '../time.ts'
import type { Bucket, Table } from './clients.ts'
import { deleteObjects, listObjects } from './site-store.ts'
import { itemKeys } from './table.ts'
import { readRecord } from './variant-store.ts'

/** Objects that will not be needed any more at some time; whether they still are is looked at then. */
export interface Cleanup {
  dueAt: string
  /** The variant. */
  key: string
  /** Of the objects' keys. */
  prefix: string
}

/** Notes a cleanup, before the act that makes the objects useless: a crash in between costs nothing but a look. */
export async function scheduleCleanup(table: Table, key: string, prefix: string, minutes: number): Promise<void> {
  const dueAt = minutesAfter(now(), minutes)
  const Item = { ...itemKeys.cleanup(dueAt, prefix), variantKey: key, prefix, dueAt }
  await table.client.send(new PutCommand({ TableName: table.name, Item }))
}

/** The oldest cleanups that are due, at most `limit`. */
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

/** Deletes what the record does not need below the prefix, then the note. */
export async function cleanUp(table: Table, bucket: Bucket, { dueAt, key, prefix }: Cleanup): Promise<void> {
  await deleteUnneeded(table, bucket, key, prefix)
  await table.client.send(new DeleteCommand({ TableName: table.name, Key: itemKeys.cleanup(dueAt, prefix) }))
}

/**
 * Deletes what the record of this variant does not need below the prefix. The objects are listed before the record is read: what
 * was there by then belongs to a generation that was reserved before, and if the record does not need it now, nothing ever will.
 */
export async function deleteUnneeded(table: Table, bucket: Bucket, key: string, prefix: string): Promise<void> {
  const objects = await Array.fromAsync(listObjects(bucket, prefix))
  const record = await readRecord(table, key)
  await deleteObjects(
    bucket,
    objects.map((object) => object.key).filter((objectKey) => !isNeeded(record, objectKey)),
  )
}
