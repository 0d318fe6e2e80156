import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import { isNeeded } from '../object-keys.ts'
import { minutesAfter, now } from '../time.ts'
import type { Bucket, Table } from './clients.ts'
import { readRecord } from './records.ts'
import { deleteObjects, objectPages } from './site-store.ts'
import { itemKeys } from './table.ts'
import { queryPages } from './table-requests.ts'

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

/** The cleanups that are due now, oldest first, in DynamoDB's pages: a megabyte at a time. */
export async function* dueCleanups(table: Table): AsyncGenerator<Cleanup[]> {
  const pages = queryPages(table, {
    KeyConditionExpression: 'pk = :pk AND sk < :now',
    ExpressionAttributeValues: { ':pk': 'CLEANUP', ':now': now() },
  })
  for await (const items of pages)
    yield items.map(({ variantKey, prefix, dueAt }) => ({
      key: String(variantKey),
      prefix: String(prefix),
      dueAt: String(dueAt),
    }))
}

/** Deletes what the record does not need under the prefix, then the cleanup itself. */
export async function cleanUp(table: Table, bucket: Bucket, cleanup: Cleanup): Promise<void> {
  await deleteUnneeded(table, bucket, cleanup.key, cleanup.prefix)
  await removeCleanup(table, cleanup)
}

/** Moves a cleanup that failed to a later time, so that it does not hold up others. */
export async function postponeCleanup(table: Table, cleanup: Cleanup, minutes: number): Promise<void> {
  await scheduleCleanup(table, cleanup.key, cleanup.prefix, minutes)
  await removeCleanup(table, cleanup)
}

async function removeCleanup(table: Table, { dueAt, prefix }: Cleanup): Promise<void> {
  await table.client.send(new DeleteCommand({ TableName: table.name, Key: itemKeys.cleanup(dueAt, prefix) }))
}

/**
 * Deletes the objects under the prefix that the variant's record does not need. Objects are listed before the record is read: each
 * belongs to a generation that was already reserved, so if the record does not need it now, nothing ever will. It works page by page:
 * if it is cut off, the next call continues.
 */
export async function deleteUnneeded(table: Table, bucket: Bucket, key: string, prefix: string): Promise<void> {
  for await (const objects of objectPages(bucket, prefix)) {
    if (objects.length === 0) continue
    const record = await readRecord(table, key)
    await deleteObjects(
      bucket,
      objects.map((object) => object.key).filter((objectKey) => !isNeeded(record, objectKey)),
    )
  }
}
