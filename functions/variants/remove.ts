import pLimit from 'p-limit'
import { deleteUnneeded, scheduleCleanup } from '../../shared/aws/cleanups.ts'
import { readRecord, removeRecord } from '../../shared/aws/variant-store.ts'
import type { GenerationRecord } from '../../shared/generation.ts'
import { neededPrefixes, variantPrefix } from '../../shared/object-keys.ts'
import type { Resources } from '../resources.ts'

/** A second look at the objects: a runner that was fenced off may still have been writing. */
const SECOND_LOOK_MINUTES = 60

/**
 * The record goes first, so readers see all of it or nothing; what has to be cleaned up is noted before. After a crash the
 * sweeper does the rest. The notes name what this record needs, and nothing else of the variant: if a new generation comes
 * first, readers of a site that was superseded just now still have their time.
 *
 * @returns false when a generation has begun meanwhile; nothing is deleted then
 */
export async function removeVariant(
  { table, bucket }: Resources<'table' | 'bucket'>,
  record: GenerationRecord,
): Promise<boolean> {
  const { key } = record
  const notes = neededPrefixes(record).flatMap((prefix) =>
    [0, SECOND_LOOK_MINUTES].map((minutes) => scheduleCleanup(table, key, prefix, minutes)),
  )
  await Promise.all(notes)
  if (!(await removeRecord(table, record)) && (await readRecord(table, key))) return false
  await deleteUnneeded(table, bucket, key, variantPrefix(key))
  return true
}

/** Variants that are removed at the same time. */
const AT_ONCE = 8

/** Removes several; false when a generation has begun meanwhile in one of them, which is then still there. */
export async function removeVariants(
  resources: Resources<'table' | 'bucket'>,
  records: readonly GenerationRecord[],
): Promise<boolean> {
  const removed = await pLimit(AT_ONCE).map(records, (record) => removeVariant(resources, record))
  return !removed.includes(false)
}
