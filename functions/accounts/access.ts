import { type Grant, listGrants } from '../../shared/aws/grant-store.ts'
import { type Caller, isAdmin } from '../../shared/user.ts'
import type { Resources } from '../resources.ts'

/** What a caller may read: their own projects and granted ones; an admin may read everything. */
export interface Access {
  caller: Caller
  grants: readonly Grant[]
}

/** Reads the caller's grants, consistently. Costs no read for an admin. */
export async function accessOf({ table }: Resources<'table'>, caller: Caller): Promise<Access> {
  const grants = isAdmin(caller) ? [] : await listGrants(table, caller.username)
  return { caller, grants: grants.filter(({ owner }) => owner !== caller.username) }
}

/** Whether the caller may read this record or project. */
export const canRead = ({ caller, grants }: Access, record: Grant): boolean =>
  canChange(caller, record) || grants.some(({ owner, name }) => owner === record.owner && name === record.name)

/** Whether the caller may change it: grants allow reading only. */
export const canChange = (caller: Caller, { owner }: { owner: string }): boolean =>
  isAdmin(caller) || owner === caller.username
