import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import * as z from 'zod'
import type { Table } from './clients.ts'
import { itemKeys } from './table.ts'

const SessionItem = z.object({
  username: z.string(),
  /** Of the user's key at the log-in: the session counts only as long as the user's item names it. */
  keyId: z.string(),
  /** Seconds since 1970. DynamoDB removes the item some time later. */
  expiresAt: z.number().int(),
})
export type SessionItem = z.infer<typeof SessionItem>

/** @param tokenHash - SHA-256 of the token, which itself is stored nowhere */
export async function putSession(table: Table, tokenHash: string, session: SessionItem): Promise<void> {
  await table.client.send(
    new PutCommand({ TableName: table.name, Item: { ...itemKeys.session(tokenHash), ...session } }),
  )
}

/**
 * A session that has not expired. An item of a session never changes, so a lagging read is as good; one that finds nothing may be
 * too old and is made again. (A copy of the cookie may so outlive a log-out by as long as replicas lag.)
 */
export async function findSession(table: Table, tokenHash: string): Promise<SessionItem | undefined> {
  const item = (await read(false)) ?? (await read(true))
  const session = item && SessionItem.parse(item)
  return session && session.expiresAt > Date.now() / 1000 ? session : undefined

  async function read(consistent: boolean) {
    const Key = itemKeys.session(tokenHash)
    return (await table.client.send(new GetCommand({ TableName: table.name, Key, ConsistentRead: consistent }))).Item
  }
}

/** Ends it; of one that there is not, nothing happens. */
export async function removeSession(table: Table, tokenHash: string): Promise<void> {
  await table.client.send(new DeleteCommand({ TableName: table.name, Key: itemKeys.session(tokenHash) }))
}
