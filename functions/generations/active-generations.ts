import { listQueue, listSlots } from '../../shared/aws/queue.ts'
import { queryRecords, readRecord } from '../../shared/aws/variant-store.ts'
import type { GenerationRecord } from '../../shared/generation.ts'
import { isActive } from '../../shared/lifecycle.ts'
import type { Resources } from '../resources.ts'

/**
 * What is generating for an owner, by the records as they are now: whoever waits, has a slot, or is found active by the index,
 * which lags. `waiting` counts queue entries, including those of generations that have just ended or are just starting.
 */
export async function activeGenerations(
  { table }: Resources<'table'>,
  owner: string,
): Promise<{ active: GenerationRecord[]; waiting: number }> {
  // In this order: who waits comes to a slot, and back to the line before the slot is given up.
  const waiting = await listQueue(table, owner)
  const slots = (await listSlots(table)).filter((slot) => slot.owner === owner)
  const indexed = (await queryRecords(table, 'byOwner', owner)).filter(isActive)
  const keys = new Set([...waiting, ...slots, ...indexed].map(({ key }) => key))
  const records = await Promise.all([...keys].map((key) => readRecord(table, key)))
  return { active: records.filter((record) => record !== undefined).filter(isActive), waiting: waiting.length }
}
