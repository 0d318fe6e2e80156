import { listQueue, listSlots } from '../../shared/aws/queue.ts'
import { queryRecords, readRecord } from '../../shared/aws/records.ts'
import type { GenerationRecord } from '../../shared/generation.ts'
import { isActive } from '../../shared/lifecycle.ts'
import type { Resources } from '../resources.ts'

/**
 * An owner's active generations, by consistent reads of every record that is queued, has a slot, or is active in the index, which
 * lags. `waiting` counts queue entries, including those of generations that have just ended or are still being accepted.
 */
export async function activeGenerations(
  { table }: Resources<'table'>,
  owner: string,
): Promise<{ active: GenerationRecord[]; waiting: number }> {
  // Read the queue first: a generation gets a slot before it leaves the queue, and rejoins the queue before it frees the slot.
  const waiting = await listQueue(table, owner)
  const slots = (await listSlots(table)).filter((slot) => slot.owner === owner)
  const indexed = (await queryRecords(table, 'byOwner', owner)).filter(isActive)
  const keys = new Set([...waiting, ...slots, ...indexed].map(({ key }) => key))
  const records = await Promise.all([...keys].map((key) => readRecord(table, key)))
  return { active: records.filter((record) => record !== undefined).filter(isActive), waiting: waiting.length }
}
