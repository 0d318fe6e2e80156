import { type Grant, listGrants } from '../../shared/aws/grant-store.ts'
import { type Caller, isAdmin } from '../../shared/user.ts'
import type { Resources } from '../resources.ts'

/** What a caller may read: their own, what was granted to them, and as an admin everything. */
export interface Access {
  caller: Caller
  grants: readonly Grant[]
}

/** What the caller may see beside their own, by one consistent read of their grants; an admin needs none. */
export async function accessOf({ table }: Resources<'table'>, caller: Caller): Promise<Access> {
  const grants = isAdmin(caller) ? [] : await listGrants(table, caller.username)
  return { caller, grants: grants.filter(({ owner }) => owner !== caller.username) }
}

/** Whether a record, or a project, is among it. */
export const canRead = ({ caller, grants }: Access, record: Grant): boolean =>
  canChange(caller, record) || grants.some(({ owner, name }) => owner === record.owner && name === record.name)

/** Whoever was granted a project may read it, never change it. */
export const canChange = (caller: Caller, { owner }: { owner: string }): boolean =>
  isAdmin(caller) || owner === caller.username
