import pLimit from 'p-limit'
import { deleteUnneeded, scheduleCleanup } from '../../shared/aws/cleanups.ts'
import { readRecord } from '../../shared/aws/records.ts'
import { removeRecord } from '../../shared/aws/variant-store.ts'
import type { GenerationRecord } from '../../shared/generation.ts'
import { neededPrefixes, variantPrefix } from '../../shared/object-keys.ts'
import type { Resources } from '../resources.ts'

/** When to clean up again: a fenced-off runner may still have been writing objects. */
const SECOND_CLEANUP_MINUTES = 60

/**
 * Deletes the record before the objects, so readers see all of a variant or nothing. Cleanups are scheduled even before that, so
 * after a crash the sweeper does the rest. They cover only what this record needs, not the whole variant: if a new generation gets
 * in first, a site that was superseded just now must stay available to its readers.
 *
 * @returns false if a generation has started meanwhile; then nothing is deleted
 */
export async function removeVariant(
  { table, bucket }: Resources<'table' | 'bucket'>,
  record: GenerationRecord,
): Promise<boolean> {
  const { key } = record
  const cleanups = neededPrefixes(record).flatMap((prefix) =>
    [0, SECOND_CLEANUP_MINUTES].map((minutes) => scheduleCleanup(table, key, prefix, minutes)),
  )
  await Promise.all(cleanups)
  if (!(await removeRecord(table, record)) && (await readRecord(table, key))) return false
  await deleteUnneeded(table, bucket, key, variantPrefix(key))
  return true
}

/** Variants to remove concurrently. */
const AT_ONCE = 8

/** Removes several variants. Returns false if a generation has started in one of them, which is then kept. */
export async function removeVariants(
  resources: Resources<'table' | 'bucket'>,
  records: readonly GenerationRecord[],
): Promise<boolean> {
  const removed = await pLimit(AT_ONCE).map(records, (record) => removeVariant(resources, record))
  return !removed.includes(false)
}
