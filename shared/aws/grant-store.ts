import { createHash } from 'node:crypto'
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import type { Table } from './clients.ts'
import { itemKeys } from './table.ts'
import { queryAll } from './table-requests.ts'

/** A project of somebody else's that a user may read. */
export interface Grant {
  owner: string
  name: string
}

/** Lets a user read a project: all of its variants, present and future. Once or again is the same. */
export async function putGrant(table: Table, username: string, grant: Grant): Promise<void> {
  const { owner, name } = grant
  const keys = keysOf(username, grant)
  // `grantedBy` and `project`, not `owner` and `name`: an item with an index's key attribute would appear in that index.
  const item = { ...keys, grantedTo: username, grantedBy: owner, project: name }
  // In this index it shall appear: it leads from an owner's project to those who may read it.
  const Item = { ...item, shard: shardOf(owner), updatedAt: `${keys.sk}#${username}` }
  await table.client.send(new PutCommand({ TableName: table.name, Item }))
}

/** Takes it back; of one that there is not, nothing happens. */
export async function removeGrant(table: Table, username: string, grant: Grant): Promise<void> {
  await table.client.send(new DeleteCommand({ TableName: table.name, Key: keysOf(username, grant) }))
}

/** All projects that a user was granted; a consistent read. */
export async function listGrants(table: Table, username: string): Promise<Grant[]> {
  const items = await queryAll(table, {
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': itemKeys.grants(username, '').pk },
    ConsistentRead: true,
  })
  return items.map(({ grantedBy, project }) => ({ owner: String(grantedBy), name: String(project) }))
}

/** Who may read a project of this owner's, or, without a name, each of them. From an index, which lags. */
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

/** No list of variants looks there: their shards are numbers. */
const shardOf = (owner: string): string => `GRANTS#${owner}`

/** A digest, since a project's name may be longer than a key may be. */
const digestOf = ({ owner, name }: Grant): string => createHash('sha256').update(`${owner}/${name}`).digest('hex')

const keysOf = (username: string, grant: Grant) => itemKeys.grants(username, digestOf(grant))
