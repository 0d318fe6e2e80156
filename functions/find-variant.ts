import { queryRecords, readRecord } from '../shared/aws/variant-store.ts'
import { DomainError } from '../shared/errors.ts'
import type { GenerationRecord } from '../shared/generation.ts'
import { type Caller, isAdmin } from '../shared/user.ts'
import { variantKey } from '../shared/variant.ts'
import type { Doors } from './doors.ts'
import type { VariantAddress } from './http/address.ts'

/** Whether the caller may know that this record exists. */
export const maySee = (caller: Caller, record: { owner: string }): boolean =>
  isAdmin(caller) || record.owner === caller.username

/**
 * The record that an address means for this caller: the caller's own first, then, for an admin, the one owner's who has it.
 * Undefined for what does not exist and for what the caller may not see, alike.
 *
 * @param owner - from `?owner=`: no other owner's is looked at
 * @throws DomainError `several-owners` when an admin's address fits several
 */
export async function findVariant(
  { table }: Pick<Doors, 'table'>,
  address: VariantAddress,
  caller: Caller,
  owner?: string,
): Promise<GenerationRecord | undefined> {
  if (owner !== undefined && !maySee(caller, { owner })) return undefined
  const own = await readRecord(table, variantKey({ ...address, owner: owner ?? caller.username }))
  if (own || owner !== undefined || !isAdmin(caller)) return own
  const candidates = (await queryRecords(table, 'byName', address.name)).filter((record) => matches(record, address))
  if (candidates.length > 1) throw new DomainError('several-owners', {})
  return candidates[0] && (await readRecord(table, candidates[0].key))
}

const matches = (record: GenerationRecord, { branch, provider, model }: VariantAddress): boolean =>
  record.branch === branch && record.provider === provider && record.model === model
