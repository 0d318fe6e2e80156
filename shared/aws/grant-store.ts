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
  // Deliberately in the index `all`: this is how to find the users who can read an owner's project.
  const Item = { ...item, shard: shardOf(owner), updatedAt: `${keys.sk}#${username}` }
  await table.client.send(new PutCommand({ TableName: table.name, Item }))
}

/** Revokes a grant; does nothing if it does not exist. */
export async function removeGrant(table: Table, username: string, grant: Grant): Promise<void> {
  await table.client.send(new DeleteCommand({ TableName: table.name, Key: keysOf(username, grant) }))
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

/** The grants on an owner's project, or on all of them if `name` is omitted. From an index, which lags. */
export async function listGrantees(
  table: Table,
  owner: string,
  name?: string,
): Promise<{ username: string; grant: Grant }[]> {
  const project = name === undefined ? '' : `${digestOf({ owner, name })}#`
  const items = await queryAll(table, {
    IndexName: 'all',
    KeyConditionExpression: project ? '#shard = :shard AND begins_with(updatedAt, :project)' : '#shard = :shard',
    ExpressionAttributeNames: { '#shard': 'shard' },
    ExpressionAttributeValues: { ':shard': shardOf(owner), ...(project ? { ':project': project } : {}) },
  })
  return items.map((item) => ({ username: String(item.grantedTo), grant: { owner, name: String(item.project) } }))
}

/** Lists of variants never read these shards: theirs are numbers. */
const shardOf = (owner: string): string => `GRANTS#${owner}`

/** A digest, since project names can exceed the maximum key length. */
const digestOf = ({ owner, name }: Grant): string => createHash('sha256').update(`${owner}/${name}`).digest('hex')

const keysOf = (username: string, grant: Grant) => itemKeys.grants(username, digestOf(grant))
