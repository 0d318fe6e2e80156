import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { minutesAfter, now } from '../time.ts'
import type { Variant } from '../variant.ts'
import type { Table } from './clients.ts'
import { itemKeys } from './table.ts'
import { queryAll } from './table-requests.ts'

/** A variant that is about to be created, or was just created. */
export interface Creation {
  key: string
  owner: string
  name: string
}

/** Much longer than a DynamoDB index lags. */
const MINUTES = 2
const KEPT_SECONDS = 3_600

/** Records that a variant is about to be created. Written before its record, so that lists never miss a variant. */
export async function recordCreation(table: Table, { owner, name }: Variant, key: string): Promise<void> {
  const createdAt = now()
  const expiresAt = Math.floor(Date.now() / 1_000) + KEPT_SECONDS
  // `createdFor` and `project`, not `owner` and `name`: an item with an index's key attributes would appear in that index.
  const Item = { ...itemKeys.creation(createdAt, key), variantKey: key, createdFor: owner, project: name, expiresAt }
  await table.client.send(new PutCommand({ TableName: table.name, Item }))
}

/** Recently created variants, which an index may not show yet. A consistent read. Some may not exist yet, or no longer exist. */
export async function listCreations(table: Table): Promise<Creation[]> {
  const items = await queryAll(table, {
    KeyConditionExpression: 'pk = :pk AND sk > :since',
    ExpressionAttributeValues: { ':pk': itemKeys.creation('', '').pk, ':since': minutesAfter(now(), -MINUTES) },
    ConsistentRead: true,
  })
  return items.map(({ variantKey, createdFor, project }) => ({
    key: String(variantKey),
    owner: String(createdFor),
    name: String(project),
  }))
}
