import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { listGrantees, listGrants, removeGrant } from '../../shared/aws/grant-store.ts'
import { beginDeletion, cancelDeletion, findUser, finishDeletion, type UserItem } from '../../shared/aws/user-store.ts'
import { queryRecords } from '../../shared/aws/variant-store.ts'
import { DomainError } from '../../shared/errors.ts'
import { activeGenerations } from '../generations/active-generations.ts'
import type { Resources } from '../resources.ts'
import { removeVariants } from '../variants/remove.ts'

/**
 * Deletes a user with everything: first the mark, with which keys and sessions end; then variants, sites and grants; the key and
 * the user last. After a crash the user is there, may do nothing, and is deleted by the next call.
 *
 * The mark also stops a request that was let in before: it notes that it waits, and looks for the mark after that
 * (functions/generations/generate.ts). So either its note is seen here, or the mark is seen there.
 *
 * @throws DomainError `user-not-found`, `user-still-generating`
 */
export async function deleteUser(resources: Resources<'table' | 'bucket'>, username: string): Promise<void> {
  const { table } = resources
  const user = await findUser(table, username)
  if (!user) throw new DomainError('user-not-found', { username })
  if (!user.deletion && (await isGenerating(resources, username))) throw stillGenerating(username)
  const deletion = randomUUID()
  await beginDeletion(table, username, deletion)
  if (await isGenerating(resources, username)) {
    await cancelDeletion(table, username, deletion)
    throw stillGenerating(username)
  }
  await removeGrants(resources, username)
  const records = await queryRecords(table, 'byOwner', username)
  if (!(await removeVariants(resources, records))) throw stillGenerating(username)
  await removeGrants(resources, username)
  await finish(resources, user, deletion)
}

/** How often, and how many milliseconds apart, notes of waiting generations are looked at that lead to none. */
const LOOKS = 20
const PAUSE_MS = 100

async function isGenerating(resources: Resources<'table' | 'bucket'>, owner: string): Promise<boolean> {
  for (let look = 1; look <= LOOKS; look++) {
    const { active, waiting } = await activeGenerations(resources, owner)
    if (active.length > 0) return true
    if (waiting === 0) return false
    // Of one that has just ended, or of a request that is just being let in.
    await sleep(PAUSE_MS)
  }
  return true
}

/** Those that the user has, and those that others have from the user. */
async function removeGrants({ table }: Resources<'table' | 'bucket'>, username: string): Promise<void> {
  for (const grant of await listGrants(table, username)) await removeGrant(table, username, grant)
  for (const grantee of await listGrantees(table, username)) await removeGrant(table, grantee.username, grantee.grant)
}

/** The user as marked: the key may have been replaced right before. */
async function finish({ table }: Resources<'table' | 'bucket'>, before: UserItem, deletion: string): Promise<void> {
  const marked = await findUser(table, before.username)
  if (!marked) return
  if (marked.deletion === deletion && (await finishDeletion(table, marked, deletion))) return
  throw stillGenerating(before.username)
}

const stillGenerating = (username: string) => new DomainError('user-still-generating', { username })
