import { randomUUID } from 'node:crypto'
import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import * as z from 'zod'
import { isSame } from '../constant-time.ts'
import { now } from '../time.ts'
import { Role, Username } from '../user.ts'
import type { Table } from './clients.ts'
import { itemKeys } from './table.ts'
import { conditionHeld, queryAll } from './table-requests.ts'

/**
 * A user has one key: the one that this item names. An item of a key only leads here, so every write that ends or begins a
 * key is this item's alone.
 */
const UserItem = z.object({
  username: z.string(),
  role: Role,
  userId: z.uuid(),
  keyHash: z.string(),
  /** A new one with each rotation, whatever the key: sessions count only while they name it. */
  keyId: z.uuid(),
  createdAt: z.iso.datetime(),
  /** The deletion that has begun: from its first write on neither key nor session counts. */
  deletion: z.uuid().optional(),
})
export type UserItem = z.infer<typeof UserItem>

const USERS = 'users'

/**
 * Creates a user. The key's item goes first: a crash in between leaves one that opens nothing.
 *
 * @returns false when the name is taken
 */
export async function createUser(
  table: Table,
  user: Pick<UserItem, 'username' | 'role' | 'userId' | 'keyHash'>,
): Promise<boolean> {
  const { username, keyHash } = user
  if (await findUser(table, username)) return false
  const keyId = randomUUID()
  if (!(await putKey(table, { username, keyHash, keyId }))) throw new Error("A new key is another user's")
  const Item = { ...itemKeys.user(username), ...user, keyId, createdAt: now(), shard: USERS, updatedAt: username }
  const created = await conditionHeld(
    table.client.send(
      new PutCommand({
        TableName: table.name,
        Item,
        // Mine: the reply to this very write was lost, and the SDK sent it again.
        ConditionExpression: 'attribute_not_exists(pk) OR keyId = :mine',
        ExpressionAttributeValues: { ':mine': keyId },
      }),
    ),
  )
  if (!created) await removeKey(table, { keyHash, keyId })
  return created
}

/** The user of this name, as it is now (a consistent read). A text that can be no user's name costs nothing. */
export async function findUser(table: Table, username: string): Promise<UserItem | undefined> {
  if (!Username.safeParse(username).success) return undefined
  const user = await read(table, itemKeys.user(username), { consistent: true })
  return user && UserItem.parse(user)
}

/**
 * The user whose present key has this hash; undefined for a key that was never given out, or no longer counts.
 *
 * One consistent read, that of the user, decides: a rotation and a deletion count with their write. The item of a key leads
 * to one user for as long as it is there, so a lagging read of it is as good; only if it leads nowhere it may be too new, or
 * the key have changed hands, and is read again.
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
 * Gives a user another key; the former one and all sessions end with the same write. A crash before it leaves an item of
 * a key that opens nothing, one after it leaves such an item of the former key.
 *
 * @param seen - the user as it was: `overtaken` when its key is another by now, or the user gone. (So the item of a key that
 * was chosen twice is never removed under the one that counts.)
 * @returns `taken` when another user has, or had, this key
 */
export async function rotateKey(table: Table, seen: UserItem, keyHash: string): Promise<Rotation> {
  const { username } = seen
  const keyId = randomUUID()
  if (!(await putKey(table, { username, keyHash, keyId }))) return 'taken'
  const rotated = await conditionHeld(
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: itemKeys.user(username),
        UpdateExpression: 'SET keyHash = :hash, keyId = :mine',
        ConditionExpression: 'attribute_not_exists(deletion) AND (keyId = :seen OR keyId = :mine)',
        ExpressionAttributeValues: { ':hash': keyHash, ':mine': keyId, ':seen': seen.keyId },
      }),
    ),
  )
  // Not its own where it was overtaken: that could be the item which another rotation to the same key counts on.
  if (rotated) await removeKey(table, seen)
  return rotated ? 'rotated' : 'overtaken'
}

/** Marks that the user is being deleted; false when there is none. */
export async function beginDeletion(table: Table, username: string, deletion: string): Promise<boolean> {
  return await updateUser(table, username, 'SET deletion = :deletion', 'attribute_exists(pk)', deletion)
}

/** Takes the mark back, if it is still this one. */
export async function cancelDeletion(table: Table, username: string, deletion: string): Promise<void> {
  await updateUser(table, username, 'REMOVE deletion', 'deletion = :deletion', deletion)
}

/** The last step of a deletion: the key, then the user. False when the mark is another by now, or was taken back. */
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

/** All users, by name. */
export async function listUsers(table: Table): Promise<UserItem[]> {
  const items = await queryAll(table, {
    IndexName: 'all',
    KeyConditionExpression: '#shard = :users',
    ExpressionAttributeNames: { '#shard': 'shard' },
    ExpressionAttributeValues: { ':users': USERS },
  })
  return items.map((item) => UserItem.parse(item))
}

/** False when it leads to another user. */
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

/** Removes the item of a key, unless another rotation to the same key has written it anew. */
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
