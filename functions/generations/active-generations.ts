import { lookback } from '../../shared/aws/changes.ts'
import { changesIn, listActive } from '../../shared/aws/listings.ts'
import { listQueue, listSlots } from '../../shared/aws/queue.ts'
import { readRecords } from '../../shared/aws/records.ts'
import type { GenerationRecord } from '../../shared/generation.ts'
import { isActive } from '../../shared/lifecycle.ts'
import type { Resources } from '../resources.ts'

/**
 * An owner's active generations, by consistent reads of every record that is queued, has a slot, has just changed, or is active in
 * the index, which lags. `waiting` counts queue entries, including those of generations that have just ended or are still being accepted.
 */
export async function activeGenerations(
  { table }: Resources<'table'>,
  owner: string,
): Promise<{ active: GenerationRecord[]; waiting: number }> {
  // Read the queue first: a generation gets a slot before it leaves the queue, and rejoins the queue before it frees the slot.
  const waiting = await listQueue(table, owner)
  const slots = (await listSlots(table)).filter((slot) => slot.owner === owner)
  const indexed = await listActive(table, { owner })
  const changed = await changesIn(table, { owner }, lookback())
  const keys = [...indexed, ...[...waiting, ...slots, ...changed].map(({ key }) => key)]
  const records = [...(await readRecords(table, keys)).values()]
  return { active: records.filter(isActive), waiting: waiting.length }
}
