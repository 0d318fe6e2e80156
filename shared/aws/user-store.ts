import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import { z } from 'zod'
import { now } from '../time.ts'
import { Role } from '../user.ts'
import type { Table } from './clients.ts'
import { itemKeys } from './table.ts'

const UserItem = z.object({
  username: z.string(),
  role: Role,
  userId: z.uuid(),
  keyHash: z.string(),
  createdAt: z.iso.datetime(),
})
export type UserItem = z.infer<typeof UserItem>

const USERS = 'users'

/**
 * Creates a user. The key item goes first: it counts only while the user's item names the same hash, so a crash in
 * between leaves a key that opens nothing.
 *
 * @returns false when the name is taken
 */
export async function createUser(table: Table, user: Omit<UserItem, 'createdAt'>): Promise<boolean> {
  const { username, keyHash } = user
  await table.client.send(new PutCommand({ TableName: table.name, Item: { ...itemKeys.userKey(keyHash), username } }))
  try {
    await table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { ...itemKeys.user(username), ...user, createdAt: now(), shard: USERS, updatedAt: username },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    )
    return true
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false
    throw error
  }
}

/** The user whose present key has this hash; undefined for a key that was never given out, or no longer counts. */
export async function findUserByKey(table: Table, keyHash: string): Promise<UserItem | undefined> {
  const pointer = await read(table, itemKeys.userKey(keyHash))
  const user = pointer && (await read(table, itemKeys.user(String(pointer.username))))
  return user?.keyHash === keyHash ? UserItem.parse(user) : undefined
}

async function read(table: Table, keys: { pk: string; sk: string }): Promise<Record<string, unknown> | undefined> {
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key: keys, ConsistentRead: true }))
  return Item
}

/** All users, by name. */
export async function listUsers(table: Table): Promise<UserItem[]> {
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      IndexName: 'all',
      KeyConditionExpression: '#shard = :users',
      ExpressionAttributeNames: { '#shard': 'shard' },
      ExpressionAttributeValues: { ':users': USERS },
    }),
  )
  return Items.map((item) => UserItem.parse(item))
}
