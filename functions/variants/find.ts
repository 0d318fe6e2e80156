import { byNewest } from '../../api/cursor.ts'
import { listGrants } from '../../shared/aws/grant-store.ts'
import { queryRecords, readRecord } from '../../shared/aws/variant-store.ts'
import { DomainError } from '../../shared/errors.ts'
import type { GenerationRecord } from '../../shared/generation.ts'
import { type Caller, isAdmin } from '../../shared/user.ts'
import { DEFAULT_BRANCH_KEY, type Variant, variantKey } from '../../shared/variant.ts'
import { accessOf, canChange, canRead } from '../accounts/access.ts'
import type { Resources } from '../resources.ts'

/** A variant as a path names it; whose it is, the path does not say. */
export interface VariantAddress extends Pick<Variant, 'name' | 'provider' | 'model'> {
  branch?: string
}

/** What the caller is about to do. */
export type Purpose = 'read' | 'change'

export interface FindOptions {
  for: Purpose
  /** From `?owner=`: no other owner's is looked at. */
  owner?: string | undefined
  /** Which records count; all, unless told. */
  counts?: (record: GenerationRecord) => boolean
}

/** An address with its owner and its branch: the short form means the branch `main`. */
export const variantOf = (address: VariantAddress, owner: string): Variant => ({
  ...address,
  branch: address.branch ?? DEFAULT_BRANCH_KEY,
  owner,
})

/** How texts name a variant: with the branch where the path did. */
export const pathOf = ({ name, branch, provider, model }: VariantAddress): string =>
  [name, ...(branch === undefined ? [] : [branch]), provider, model].join('/')

/**
 * The record that an address means for this caller: the caller's own first, then the one of somebody else's. Undefined for
 * what does not exist and for what is not the caller's to see, alike.
 *
 * @throws DomainError `several-owners` when the address fits several
 */
export async function findVariant(
  { table }: Resources<'table'>,
  address: VariantAddress,
  caller: Caller,
  { for: purpose, owner, counts = () => true }: FindOptions,
): Promise<GenerationRecord | undefined> {
  const own = await readOf(owner ?? caller.username)
  if (own || owner !== undefined) return own
  const owners = await otherOwners({ table }, address, caller, purpose)
  const found = (await Promise.all(owners.map(readOf))).filter((record) => record !== undefined)
  if (found.length > 1) throw new DomainError('several-owners', {})
  return found[0]

  async function readOf(whose: string): Promise<GenerationRecord | undefined> {
    if (!(await isOpen({ table }, caller, { owner: whose, name: address.name }, purpose))) return undefined
    const record = await readRecord(table, variantKey(variantOf(address, whose)))
    return record && counts(record) ? record : undefined
  }
}

async function isOpen(
  resources: Resources<'table'>,
  caller: Caller,
  project: { owner: string; name: string },
  purpose: Purpose,
) {
  if (canChange(caller, project)) return true
  return purpose === 'read' && canRead(await accessOf(resources, caller), project)
}

async function otherOwners({ table }: Resources<'table'>, address: VariantAddress, caller: Caller, purpose: Purpose) {
  if (!isAdmin(caller)) {
    const grants = purpose === 'read' ? await listGrants(table, caller.username) : []
    return grants.filter(({ name }) => name === address.name).map(({ owner }) => owner)
  }
  const { branch, provider, model } = variantOf(address, caller.username)
  return (await queryRecords(table, 'byName', address.name))
    .filter((record) => record.branch === branch && record.provider === provider && record.model === model)
    .map(({ owner }) => owner)
}

/** All records of a project that the caller may read or change, newest change first. */
export async function findProject(
  { table }: Resources<'table'>,
  name: string,
  caller: Caller,
  { for: purpose, owner }: FindOptions,
): Promise<GenerationRecord[]> {
  const access = await accessOf({ table }, caller)
  const open = (record: GenerationRecord) => (purpose === 'read' ? canRead(access, record) : canChange(caller, record))
  return (await queryRecords(table, 'byName', name))
    .filter((record) => open(record) && (owner === undefined || record.owner === owner))
    .toSorted(byNewest)
}

/** The site that was published last. */
export const latestSite = (records: readonly GenerationRecord[]) =>
  records.flatMap(({ published }) => published ?? []).toSorted((a, b) => (a.publishedAt < b.publishedAt ? 1 : -1))[0]
