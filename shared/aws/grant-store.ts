import { createHash } from 'node:crypto'
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import type { Table } from './clients.ts'
import { itemKeys } from './table.ts'
import { queryAll } from './table-requests.ts'

/** Another user's project that a user may read. */
export interface Grant {
  owner: string
  name: string
}

/** Grants a user read access to a project, with all present and future variants. Idempotent. */
export async function putGrant(table: Table, username: string, grant: Grant): Promise<void> {
  const { owner, name } = grant
  const keys = keysOf(username, grant)
  // `grantedBy` and `project`, not `owner` and `name`: an item with an index's key attribute would appear in that index.
  const item = { ...keys, grantedTo: username, grantedBy: owner, project: name }
  // Deliberately in the index `byChange`: this is how to find the users who can read an owner's project.
  const Item = { ...item, shard: shardOf(owner), change: `${keys.sk}#${username}` }
  await table.client.send(new PutCommand({ TableName: table.name, Item }))
}

/** Revokes a grant; does nothing if it does not exist. */
export async function removeGrant(table: Table, username: string, grant: Grant): Promise<void> {
  await removeGrantOf(table, { username, digest: digestOf(grant) })
}

/** All grants of a user. A consistent read. */
export async function listGrants(table: Table, username: string): Promise<Grant[]> {
  const items = await queryAll(table, {
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': itemKeys.grants(username, '').pk },
    ConsistentRead: true,
  })
  return items.map(({ grantedBy, project }) => ({ owner: String(grantedBy), name: String(project) }))
}

/** A user's grant on an owner's project, without the project's name. */
export interface GrantOf {
  username: string
  /** Identifies the project. */
  digest: string
}

/** The grants on an owner's project, or on all of them if `name` is omitted. From an index, which lags. */
export async function listGrantees(table: Table, owner: string, name?: string): Promise<GrantOf[]> {
  const project = name === undefined ? '' : `${digestOf({ owner, name })}#`
  const items = await queryAll(table, {
    IndexName: 'byChange',
    KeyConditionExpression: project ? '#shard = :shard AND begins_with(#change, :project)' : '#shard = :shard',
    ExpressionAttributeNames: { '#shard': 'shard', ...(project ? { '#change': 'change' } : {}) },
    ExpressionAttributeValues: { ':shard': shardOf(owner), ...(project ? { ':project': project } : {}) },
  })
  return items.map(({ change }) => {
    const [digest = '', username = ''] = String(change).split('#')
    return { username, digest }
  })
}

/** Revokes a grant found by {@link listGrantees}. */
export async function removeGrantOf(table: Table, { username, digest }: GrantOf): Promise<void> {
  await table.client.send(new DeleteCommand({ TableName: table.name, Key: itemKeys.grants(username, digest) }))
}

/** Lists of variants never read these shards: theirs are numbers. */
const shardOf = (owner: string): string => `GRANTS#${owner}`

/** A digest, since project names can exceed the maximum key length. */
const digestOf = ({ owner, name }: Grant): string => createHash('sha256').update(`${owner}/${name}`).digest('hex')

const keysOf = (username: string, grant: Grant) => itemKeys.grants(username, digestOf(grant))
