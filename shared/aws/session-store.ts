import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import * as z from 'zod'
import type { Table } from './clients.ts'
import { itemKeys } from './table.ts'

const SessionItem = z.object({
  username: z.string(),
  /** The user's key ID at login: the session is valid only while the user's item has the same one. */
  keyId: z.string(),
  /** Seconds since 1970. DynamoDB removes the item some time after. */
  expiresAt: z.number().int(),
})
export type SessionItem = z.infer<typeof SessionItem>

/** @param tokenHash - SHA-256 of the token; the token itself is never stored */
export async function putSession(table: Table, tokenHash: string, session: SessionItem): Promise<void> {
  await table.client.send(
    new PutCommand({ TableName: table.name, Item: { ...itemKeys.session(tokenHash), ...session } }),
  )
}

/**
 * A session that has not expired. Session items never change, so an eventually consistent read is good enough; if it finds nothing,
 * a consistent read follows. (A copied cookie may therefore outlive a logout by the replication lag.)
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

/** Ends a session; does nothing if it does not exist. */
export async function removeSession(table: Table, tokenHash: string): Promise<void> {
  await table.client.send(new DeleteCommand({ TableName: table.name, Key: itemKeys.session(tokenHash) }))
}
