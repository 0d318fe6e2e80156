import type { Table } from '../../shared/aws/clients.ts'
import { findUser } from '../../shared/aws/user-store.ts'
import { ADMIN, isAdmin } from '../../shared/user.ts'

/**
 * Whether an owner's generations may use the credentials for private repositories. Decided from the user's item, read consistently
 * right before each task is requested, so no right outlives its user or a change of the setting.
 *
 * @param allowed - GIT_CREDENTIALS_FOR: user names, `admins` or `all`
 */
export async function mayUseCredentials(table: Table, owner: string, allowed: readonly string[]): Promise<boolean> {
  if (allowed.includes(ALL)) return true
  if (owner === ADMIN) return allowed.includes(ADMINS) || allowed.includes(ADMIN)
  const user = await findUser(table, owner)
  if (!user || user.deletion) return false
  if (allowed.includes(ADMINS) && isAdmin(user)) return true
  // A user may be called `admins`.
  return user.username !== ADMINS && allowed.includes(user.username)
}

const ALL = 'all'
const ADMINS = 'admins'
