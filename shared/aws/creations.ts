import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { minutesAfter, now } from '../time.ts'
import type { Variant } from '../variant.ts'
import type { Table } from './clients.ts'
import { itemKeys } from './table.ts'
import { queryAll } from './table-requests.ts'

/** A variant that is about to be made, or has been made just now. */
export interface Creation {
  key: string
  owner: string
  name: string
}

/** Far longer than an index of DynamoDB lags. */
const MINUTES = 2
const KEPT_SECONDS = 3_600

/** Notes that a variant is about to be made. Written before its record, so that nothing exists that a list cannot find. */
export async function recordCreation(table: Table, { owner, name }: Variant, key: string): Promise<void> {
  const createdAt = now()
  const expiresAt = Math.floor(Date.now() / 1_000) + KEPT_SECONDS
  // `createdFor` and `project`, not `owner` and `name`: an item with an index's key attributes would appear in that index.
  const Item = { ...itemKeys.creation(createdAt, key), variantKey: key, createdFor: owner, project: name, expiresAt }
  await table.client.send(new PutCommand({ TableName: table.name, Item }))
}

/** The variants of the last minutes, which an index may not show yet; a consistent read. Some may not exist, or no longer. */
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
