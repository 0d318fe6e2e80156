import { type Grant, listGrantees, removeGrantOf } from '../../shared/aws/grant-store.ts'
import { hasRecords, recordsIn } from '../../shared/aws/listings.ts'
import { readRecord } from '../../shared/aws/records.ts'
import { DomainError } from '../../shared/errors.ts'
import { isActive } from '../../shared/lifecycle.ts'
import { type Caller, isAdmin } from '../../shared/user.ts'
import { variantKey } from '../../shared/variant.ts'
import type { Resources } from '../resources.ts'
import { pathOf, type VariantAddress, variantOf } from './find.ts'
import { removeVariant, removeVariants } from './remove.ts'

/**
 * The owner to delete from. Users can delete only their own variants; for any other owner the result is undefined, as if nothing
 * existed.
 *
 * @throws DomainError `owner-required-to-delete` if an admin doesn't name the owner
 */
export function ownerFor(caller: Caller, requested: string | undefined): string | undefined {
  if (!isAdmin(caller)) return requested === undefined || requested === caller.username ? caller.username : undefined
  if (requested !== undefined) return requested
  throw new DomainError('owner-required-to-delete', {})
}

/** Deletes one variant and returns its path. @throws DomainError `variant-not-found`, `variant-still-generating` */
export async function deleteVariant(
  resources: Resources<'table' | 'bucket'>,
  address: VariantAddress,
  owner: string | undefined,
): Promise<string> {
  const path = pathOf(address)
  const record =
    owner === undefined ? undefined : await readRecord(resources.table, variantKey(variantOf(address, owner)))
  if (!record) throw new DomainError('variant-not-found', {})
  if (isActive(record) || !(await removeVariant(resources, record))) {
    throw new DomainError('variant-still-generating', { path })
  }
  await revokeIfGone(resources, record)
  return path
}

/** Deletes all variants of a project and returns its name. @throws DomainError `project-not-found`, `project-still-generating` */
export async function deleteProject(
  resources: Resources<'table' | 'bucket'>,
  name: string,
  owner: string | undefined,
): Promise<string> {
  const records = owner === undefined ? [] : (await Array.fromAsync(recordsIn(resources.table, { owner, name }))).flat()
  // Check all variants before deleting any.
  if (records.some(isActive) || !(await removeVariants(resources, records))) {
    throw new DomainError('project-still-generating', { name })
  }
  // Also if the project is gone already: an earlier deletion may have been interrupted before this step.
  if (owner !== undefined) await revokeIfGone(resources, { owner, name })
  if (records.length === 0) throw new DomainError('project-not-found', { name })
  return name
}

/** Revokes all grants once the project is gone, so that they don't apply to a later project of the same name. */
async function revokeIfGone({ table }: Resources<'table' | 'bucket'>, { owner, name }: Grant): Promise<void> {
  if (await hasRecords(table, { owner, name })) return
  for (const grant of await listGrantees(table, owner, name)) await removeGrantOf(table, grant)
}
