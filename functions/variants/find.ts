import { listGrants } from '../../shared/aws/grant-store.ts'
import { type Listing, ownersOf, recordsIn } from '../../shared/aws/listings.ts'
import { readRecord } from '../../shared/aws/records.ts'
import { DomainError } from '../../shared/errors.ts'
import type { GenerationRecord } from '../../shared/generation.ts'
import { byNewest } from '../../shared/position.ts'
import { type Caller, isAdmin } from '../../shared/user.ts'
import { DEFAULT_BRANCH_KEY, type Variant, variantKey } from '../../shared/variant.ts'
import { accessOf, canChange, canRead } from '../accounts/access.ts'
import type { Resources } from '../resources.ts'

/** A variant as a path names it, which is without its owner. */
export interface VariantAddress extends Pick<Variant, 'name' | 'provider' | 'model'> {
  branch?: string
}

/** What the caller wants to do. */
export type Purpose = 'read' | 'change'

export interface FindOptions {
  for: Purpose
  /** Only consider this owner, from `?owner=`. */
  owner?: string | undefined
  /** Only consider records that match; all by default. */
  matches?: (record: GenerationRecord) => boolean
}

/** Completes an address with its owner and, for the short form, the branch `main`. */
export const variantOf = (address: VariantAddress, owner: string): Variant => ({
  ...address,
  branch: address.branch ?? DEFAULT_BRANCH_KEY,
  owner,
})

/** The variant's path for messages; includes the branch only if the address does. */
export const pathOf = ({ name, branch, provider, model }: VariantAddress): string =>
  [name, ...(branch === undefined ? [] : [branch]), provider, model].join('/')

/**
 * Finds the record for an address: the caller's own first, then one of another owner. Undefined if it doesn't exist or the caller
 * may not access it.
 *
 * @throws DomainError `several-owners` if several other owners have it
 */
export async function findVariant(
  { table }: Resources<'table'>,
  address: VariantAddress,
  caller: Caller,
  { for: purpose, owner, matches = () => true }: FindOptions,
): Promise<GenerationRecord | undefined> {
  const own = await readFrom(owner ?? caller.username)
  if (own || owner !== undefined) return own
  const owners = await otherOwners({ table }, address, caller, purpose)
  const found = (await Promise.all(owners.map(readFrom))).filter((record) => record !== undefined)
  if (found.length > 1) throw new DomainError('several-owners', {})
  return found[0]

  async function readFrom(candidate: string): Promise<GenerationRecord | undefined> {
    if (!(await isAllowed({ table }, caller, { owner: candidate, name: address.name }, purpose))) return undefined
    const record = await readRecord(table, variantKey(variantOf(address, candidate)))
    return record && matches(record) ? record : undefined
  }
}

async function isAllowed(
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
  return await ownersOf(table, address.name)
}

/** All records of a project that the caller may read or change, newest change first. */
export async function findProject(
  { table }: Resources<'table'>,
  name: string,
  caller: Caller,
  { for: purpose, owner }: FindOptions,
): Promise<GenerationRecord[]> {
  const projects = await projectsOf({ table }, name, caller, { for: purpose, owner })
  const records = await Promise.all(projects.map(async (project) => await Array.fromAsync(recordsIn(table, project))))
  return records.flat(2).toSorted(byNewest)
}

/** The projects of this name that the caller may read or change; for an admin, those of all owners as one. */
async function projectsOf(
  { table }: Resources<'table'>,
  name: string,
  caller: Caller,
  { for: purpose, owner }: FindOptions,
): Promise<Listing[]> {
  if (isAdmin(caller)) return [owner === undefined ? { name } : { owner, name }]
  const { grants } = purpose === 'read' ? await accessOf({ table }, caller) : { grants: [] }
  const granted = grants.filter((grant) => grant.name === name)
  const owners = [caller.username, ...granted.map((grant) => grant.owner)]
  return owners.filter((each) => owner === undefined || each === owner).map((each) => ({ owner: each, name }))
}

/** The site published last; undefined if none is. */
export const latestSite = (records: readonly GenerationRecord[]) =>
  records.flatMap(({ published }) => published ?? []).toSorted((a, b) => (a.publishedAt < b.publishedAt ? 1 : -1))[0]
