import { cleanUp, scheduleCleanup } from '../shared/aws/cleanups.ts'
import { queryRecords, readRecord, removeRecord } from '../shared/aws/variant-store.ts'
import { DomainError } from '../shared/errors.ts'
import type { GenerationRecord } from '../shared/generation.ts'
import { isActive } from '../shared/lifecycle.ts'
import { variantPrefix } from '../shared/object-keys.ts'
import { type Caller, isAdmin } from '../shared/user.ts'
import { variantKey, variantPath } from '../shared/variant.ts'
import { requireWriter } from './accounts/permissions.ts'
import { type Doors, doors } from './doors.ts'
import { parseVariantAddress } from './http/address.ts'
import { endpoint } from './http/endpoint.ts'

type Needed = Pick<Doors, 'table' | 'bucket'>

/** DELETE /api/projects/{name} and /api/projects/{name}/… */
export const handler = endpoint(async (call, caller) => {
  requireWriter(caller)
  const target = call.segments.slice(2)
  const owner = ownerFor(caller, call.query.owner)
  const opened = doors('table', 'bucket')
  const deleted =
    target.length === 1
      ? await deleteProject(opened, target[0] ?? '', owner)
      : await deleteVariant(opened, target, owner)
  return { status: 200, json: { deleted } }
})

/** An admin must say whose; anybody else deletes their own, and another's does not exist for them. */
function ownerFor(caller: Caller, asked: string | undefined): string {
  if (isAdmin(caller)) {
    if (asked !== undefined) return asked
    const message = 'Project owner is required for admin deletion. Use ?owner=username (or ?owner= for legacy projects)'
    throw new DomainError('bad-request', { message })
  }
  if (asked !== undefined && asked !== caller.username) throw new DomainError('not-found', {})
  return caller.username
}

async function deleteVariant(opened: Needed, target: string[], owner: string): Promise<string> {
  const address = parseVariantAddress(target)
  if (!address || address.rest.length > 0) throw new DomainError('not-found', {})
  const path = variantPath({ ...address, owner }, { branch: address.branchNamed })
  const record = await readRecord(opened.table, variantKey({ ...address, owner }))
  if (!record) throw new DomainError('not-found', { message: 'Variant not found' })
  if (isActive(record) || !(await remove(opened, record))) {
    const message = `Cannot delete '${path}' while generation is in progress. Abort first.`
    throw new DomainError('still-generating', { message })
  }
  return path
}

async function deleteProject(opened: Needed, name: string, owner: string): Promise<string> {
  const found = (await queryRecords(opened.table, 'byName', name)).filter((record) => record.owner === owner)
  if (found.length === 0) throw new DomainError('not-found', { message: `Project '${name}' not found` })
  // All or nothing, as far as one look can tell.
  const records = await Promise.all(found.map(({ key }) => readRecord(opened.table, key)))
  if (records.some(isActive)) throw stillGenerating(name)
  for (const record of records) if (record && !(await remove(opened, record))) throw stillGenerating(name)
  return name
}

const stillGenerating = (name: string) =>
  new DomainError('still-generating', {
    message: `Cannot delete '${name}' while generation is in progress. Abort running variants first.`,
  })

/** A second look at the objects: a runner that was fenced off may still have been writing. */
const SECOND_LOOK_MINUTES = 60

/**
 * The record goes first, so readers see all of it or nothing; what has to be cleaned up is noted before. After a crash the
 * sweeper does the rest.
 *
 * @returns false when a generation has begun meanwhile; nothing is deleted then
 */
async function remove({ table, bucket }: Needed, record: GenerationRecord): Promise<boolean> {
  const prefix = variantPrefix(record.key)
  const [cleanup] = await Promise.all([
    scheduleCleanup(table, record.key, prefix, 0),
    scheduleCleanup(table, record.key, prefix, SECOND_LOOK_MINUTES),
  ])
  if (!(await removeRecord(table, record)) && (await readRecord(table, record.key))) return false
  await cleanUp(table, bucket, cleanup)
  return true
}
