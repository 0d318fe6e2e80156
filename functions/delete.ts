import { deleteUnneeded, scheduleCleanup } from '../shared/aws/cleanups.ts'
import { noteDeletion } from '../shared/aws/deletions.ts'
import { queryRecords, readRecord, removeRecord } from '../shared/aws/variant-store.ts'
import { DomainError } from '../shared/errors.ts'
import type { GenerationRecord } from '../shared/generation.ts'
import { isActive } from '../shared/lifecycle.ts'
import { neededPrefixes, variantPrefix } from '../shared/object-keys.ts'
import { type Caller, isAdmin } from '../shared/user.ts'
import { variantKey } from '../shared/variant.ts'
import { projects } from './api/projects.ts'
import { type Doors, doors } from './doors.ts'
import { pathOf, type VariantAddress, variantOf } from './find-variant.ts'
import { answer, serve } from './http/serve.ts'

type Needed = Pick<Doors, 'table' | 'bucket'>

/** DELETE /api/projects/{name} and /api/projects/{name}/… */
export const handler = serve(
  answer(projects.deleteVariant, async ({ params, query, caller }) => ({
    status: 200,
    json: { deleted: await deleteVariant(doors('table', 'bucket'), params, ownerFor(caller, query.owner)) },
  })),
  answer(projects.deleteProject, async ({ params, query, caller }) => ({
    status: 200,
    json: { deleted: await deleteProject(doors('table', 'bucket'), params.name, ownerFor(caller, query.owner)) },
  })),
)

/** An admin must say whose; anybody else deletes their own, and another's does not exist for them: then undefined. */
function ownerFor(caller: Caller, asked: string | undefined): string | undefined {
  if (!isAdmin(caller)) return asked === undefined || asked === caller.username ? caller.username : undefined
  if (asked !== undefined) return asked
  const message = 'Project owner is required for admin deletion. Use ?owner=username (or ?owner= for legacy projects)'
  throw new DomainError('bad-request', { message })
}

/** Deletes one variant and answers with its path. @throws DomainError `not-found`, `still-generating` */
export async function deleteVariant(
  opened: Needed,
  address: VariantAddress,
  owner: string | undefined,
): Promise<string> {
  const path = pathOf(address)
  const record = owner === undefined ? undefined : await readRecord(opened.table, variantKey(variantOf(address, owner)))
  if (!record) throw new DomainError('not-found', { message: 'Variant not found' })
  if (isActive(record) || !(await remove(opened, record))) {
    const message = `Cannot delete '${path}' while generation is in progress. Abort first.`
    throw new DomainError('still-generating', { message })
  }
  return path
}

/** Deletes every variant of a name and answers with it. @throws DomainError `not-found`, `still-generating` */
export async function deleteProject(opened: Needed, name: string, owner: string | undefined): Promise<string> {
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
 * sweeper does the rest. The notes name what this record needs, and nothing else of the variant: if a new generation comes
 * first, readers of a site that was superseded just now still have their time.
 *
 * @returns false when a generation has begun meanwhile; nothing is deleted then
 */
async function remove({ table, bucket }: Needed, record: GenerationRecord): Promise<boolean> {
  const { key, owner } = record
  await noteDeletion(table, owner)
  const notes = neededPrefixes(record).flatMap((prefix) =>
    [0, SECOND_LOOK_MINUTES].map((minutes) => scheduleCleanup(table, key, prefix, minutes)),
  )
  await Promise.all(notes)
  if (!(await removeRecord(table, record)) && (await readRecord(table, key))) return false
  await deleteUnneeded(table, bucket, key, variantPrefix(key))
  return true
}
