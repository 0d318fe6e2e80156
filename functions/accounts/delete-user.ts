import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { listGrantees, listGrants, removeGrant, removeGrantOf } from '../../shared/aws/grant-store.ts'
import { recordsIn } from '../../shared/aws/listings.ts'
import { beginDeletion, cancelDeletion, findUser, finishDeletion, type UserItem } from '../../shared/aws/user-store.ts'
import { DomainError } from '../../shared/errors.ts'
import { activeGenerations } from '../generations/active-generations.ts'
import type { Resources } from '../resources.ts'
import { removeVariants } from '../variants/remove.ts'

/**
 * Deletes a user and everything they own. First it marks the user, which invalidates their key and sessions; then it deletes
 * variants, sites and grants; the key and the user go last. After a crash the user still exists but can't do anything, and
 * another call finishes the deletion.
 *
 * The mark also stops requests that were authenticated earlier: they enqueue an entry and then check for the mark
 * (functions/generations/generate.ts), while this marks and then checks for entries. One of the two always sees the other.
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
  for await (const records of recordsIn(table, { owner: username }))
    if (!(await removeVariants(resources, records))) throw stillGenerating(username)
  await removeGrants(resources, username)
  await finish(resources, user, deletion)
}

/** How often to check queue entries that have no active generation, and the pause between checks in milliseconds. */
const CHECKS = 20
const PAUSE_MS = 100

async function isGenerating(resources: Resources<'table' | 'bucket'>, owner: string): Promise<boolean> {
  for (let check = 1; check <= CHECKS; check++) {
    const { active, waiting } = await activeGenerations(resources, owner)
    if (active.length > 0) return true
    if (waiting === 0) return false
    // The entry belongs to a generation that has just ended, or to a request that is still being accepted.
    await sleep(PAUSE_MS)
  }
  return true
}

/** Removes grants given to the user, and grants for the user's projects. */
async function removeGrants({ table }: Resources<'table' | 'bucket'>, username: string): Promise<void> {
  for (const grant of await listGrants(table, username)) await removeGrant(table, username, grant)
  for (const grantee of await listGrantees(table, username)) await removeGrantOf(table, grantee)
}

/** Reads the user again after the mark, since the key may have been rotated just before it. */
async function finish({ table }: Resources<'table' | 'bucket'>, before: UserItem, deletion: string): Promise<void> {
  const marked = await findUser(table, before.username)
  if (!marked) return
  if (marked.deletion === deletion && (await finishDeletion(table, marked, deletion))) return
  throw stillGenerating(before.username)
}

const stillGenerating = (username: string) => new DomainError('user-still-generating', { username })
