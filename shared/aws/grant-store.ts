import { createHash } from 'node:crypto'
import { DeleteCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import type { Table } from './clients.ts'
import { itemKeys } from './table.ts'

/** A project of somebody else's that a user may read. */
export interface Grant {
  owner: string
  name: string
}

/** Lets a user read a project: all of its variants, present and future. Once or again is the same. */
export async function putGrant(table: Table, username: string, { owner, name }: Grant): Promise<void> {
  // `grantedBy` and `project`, not `owner` and `name`: an item with an index's key attribute would appear in that index.
  const Item = { ...keysOf(username, { owner, name }), grantedBy: owner, project: name }
  await table.client.send(new PutCommand({ TableName: table.name, Item }))
}

export async function removeGrant(table: Table, username: string, grant: Grant): Promise<void> {
  await table.client.send(new DeleteCommand({ TableName: table.name, Key: keysOf(username, grant) }))
}

/** All projects that a user was granted; a consistent read. */
export async function listGrants(table: Table, username: string): Promise<Grant[]> {
  const grants: Grant[] = []
  let start: Record<string, unknown> | undefined
  do {
    const page = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': itemKeys.grants(username, '').pk },
        ConsistentRead: true,
        ExclusiveStartKey: start,
      }),
    )
    for (const { grantedBy, project } of page.Items ?? []) {
      grants.push({ owner: String(grantedBy), name: String(project) })
    }
    start = page.LastEvaluatedKey
  } while (start)
  return grants
}

/** A digest, since a project's name may be longer than a key may be. */
const keysOf = (username: string, { owner, name }: Grant) =>
  itemKeys.grants(username, createHash('sha256').update(`${owner}/${name}`).digest('hex'))
