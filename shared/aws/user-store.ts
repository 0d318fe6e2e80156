import { randomUUID } from 'node:crypto'
import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import pLimit from 'p-limit'
import * as z from 'zod'
import { isSame } from '../constant-time.ts'
import { now } from '../time.ts'
import { Role, Username } from '../user.ts'
import type { Table } from './clients.ts'
import { itemKeys } from './table.ts'
import { conditionHeld, queryAll } from './table-requests.ts'

/**
 * A user has one key: the one named in this item. Key items only point here, so a key starts or stops being valid with a single
 * write to this item.
 */
const UserItem = z.object({
  username: z.string(),
  role: Role,
  userId: z.uuid(),
  keyHash: z.string(),
  /** Whether the service generated the key. Keys from before this was recorded count as chosen by a person. */
  hasRandomKey: z.boolean().optional(),
  /** Changes with every rotation, even to the same key. Sessions are valid only while they have this ID. */
  keyId: z.uuid(),
  createdAt: z.iso.datetime(),
  /** ID of the deletion in progress. While it is set, neither the key nor any session is valid. */
  deletion: z.uuid().optional(),
})
export type UserItem = z.infer<typeof UserItem>

const USERS = 'users'
/** Users to read concurrently. */
const READS_AT_ONCE = 16

/**
 * Creates a user. The key item is written first: a crash in between leaves a key that is not valid.
 *
 * @returns false if the name is taken
 */
export async function createUser(
  table: Table,
  user: Pick<UserItem, 'username' | 'role' | 'userId' | 'keyHash' | 'hasRandomKey'>,
): Promise<boolean> {
  const { username, keyHash } = user
  if (await findUser(table, username)) return false
  const keyId = randomUUID()
  if (!(await putKey(table, { username, keyHash, keyId })))
    throw new Error('The new key already belongs to another user')
  const Item = { ...itemKeys.user(username), ...user, keyId, createdAt: now(), shard: USERS, change: username }
  const created = await conditionHeld(
    table.client.send(
      new PutCommand({
        TableName: table.name,
        Item,
        // `:mine` is there already if the reply to this write was lost and the SDK sent it again.
        ConditionExpression: 'attribute_not_exists(pk) OR keyId = :mine',
        ExpressionAttributeValues: { ':mine': keyId },
      }),
    ),
  )
  if (!created) await removeKey(table, { keyHash, keyId })
  return created
}

/** The user with this name. A consistent read; nothing is read for an invalid name. */
export async function findUser(table: Table, username: string): Promise<UserItem | undefined> {
  if (!Username.safeParse(username).success) return undefined
  const user = await read(table, itemKeys.user(username), { consistent: true })
  return user && UserItem.parse(user)
}

/**
 * The user whose current key has this hash; undefined if the key is unknown or no longer valid.
 *
 * A consistent read of the user decides, so rotations and deletions take effect with their write. A key item never changes its user
 * while it exists, so an eventually consistent read is good enough. Only if that leads to no user is it read again consistently: it
 * may be too new, or the key may have been removed and given to another user.
 */
export async function findUserByKey(table: Table, keyHash: string): Promise<UserItem | undefined> {
  return (await follow({ consistent: false })) ?? (await follow({ consistent: true }))

  async function follow(reading: Reading): Promise<UserItem | undefined> {
    const key = await read(table, itemKeys.userKey(keyHash), reading)
    const user = key && (await findUser(table, String(key.username)))
    return user && !user.deletion && isSame(user.keyHash, keyHash) ? user : undefined
  }
}

export type Rotation = 'rotated' | 'overtaken' | 'taken'

/**
 * Replaces a user's key. The same write ends the old key and all sessions. A crash before it leaves a key item for the new key that
 * is not valid; a crash after it leaves one for the old key.
 *
 * @param seen - the user as read before: `overtaken` if the key has changed since, or the user is gone. (This keeps two rotations to
 * the same key from removing the item that the valid key needs.)
 * @returns `taken` if another user has, or had, this key
 */
export async function rotateKey(
  table: Table,
  seen: UserItem,
  { keyHash, hasRandomKey }: Required<Pick<UserItem, 'keyHash' | 'hasRandomKey'>>,
): Promise<Rotation> {
  const { username } = seen
  const keyId = randomUUID()
  if (!(await putKey(table, { username, keyHash, keyId }))) return 'taken'
  const rotated = await conditionHeld(
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: itemKeys.user(username),
        UpdateExpression: 'SET keyHash = :hash, hasRandomKey = :random, keyId = :mine',
        ConditionExpression: 'attribute_not_exists(deletion) AND (keyId = :seen OR keyId = :mine)',
        ExpressionAttributeValues: { ':hash': keyHash, ':random': hasRandomKey, ':mine': keyId, ':seen': seen.keyId },
      }),
    ),
  )
  // If overtaken, keep the new key's item: another rotation to the same key may rely on it.
  if (rotated) await removeKey(table, seen)
  return rotated ? 'rotated' : 'overtaken'
}

/** Marks a user as being deleted; false if the user does not exist. */
export async function beginDeletion(table: Table, username: string, deletion: string): Promise<boolean> {
  return await updateUser(table, username, 'SET deletion = :deletion', 'attribute_exists(pk)', deletion)
}

/** Removes the mark, if it is still from this deletion. */
export async function cancelDeletion(table: Table, username: string, deletion: string): Promise<void> {
  await updateUser(table, username, 'REMOVE deletion', 'deletion = :deletion', deletion)
}

/** The last step of a deletion: removes the key, then the user. False if the mark has been replaced or removed. */
export async function finishDeletion(table: Table, user: UserItem, deletion: string): Promise<boolean> {
  await removeKey(table, user)
  return await conditionHeld(
    table.client.send(
      new DeleteCommand({
        TableName: table.name,
        Key: itemKeys.user(user.username),
        ConditionExpression: 'attribute_not_exists(pk) OR deletion = :deletion',
        ExpressionAttributeValues: { ':deletion': deletion },
      }),
    ),
  )
}

/** All users, sorted by name. */
export async function listUsers(table: Table): Promise<UserItem[]> {
  const entries = await queryAll(table, {
    IndexName: 'byChange',
    KeyConditionExpression: '#shard = :users',
    ExpressionAttributeNames: { '#shard': 'shard' },
    ExpressionAttributeValues: { ':users': USERS },
  })
  const users = await pLimit(READS_AT_ONCE).map(entries, async ({ change }) => await findUser(table, String(change)))
  return users.filter((user) => user !== undefined)
}

/** Writes a key item; false if one exists for another user. */
async function putKey(
  table: Table,
  { username, keyHash, keyId }: Pick<UserItem, 'username' | 'keyHash' | 'keyId'>,
): Promise<boolean> {
  return await conditionHeld(
    table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { ...itemKeys.userKey(keyHash), username, keyId },
        ConditionExpression: 'attribute_not_exists(pk) OR username = :me',
        ExpressionAttributeValues: { ':me': username },
      }),
    ),
  )
}

/** Removes a key item, unless another rotation to the same key has rewritten it. */
async function removeKey(table: Table, { keyHash, keyId }: Pick<UserItem, 'keyHash' | 'keyId'>): Promise<void> {
  await conditionHeld(
    table.client.send(
      new DeleteCommand({
        TableName: table.name,
        Key: itemKeys.userKey(keyHash),
        ConditionExpression: 'keyId = :seen',
        ExpressionAttributeValues: { ':seen': keyId },
      }),
    ),
  )
}

async function updateUser(
  table: Table,
  username: string,
  UpdateExpression: string,
  ConditionExpression: string,
  deletion: string,
): Promise<boolean> {
  return await conditionHeld(
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: itemKeys.user(username),
        UpdateExpression,
        ConditionExpression,
        ExpressionAttributeValues: { ':deletion': deletion },
      }),
    ),
  )
}

interface Reading {
  consistent: boolean
}

async function read(
  table: Table,
  keys: { pk: string; sk: string },
  { consistent }: Reading,
): Promise<Record<string, unknown> | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: keys, ConsistentRead: consistent }),
  )
  return Item
}
