import { queryRecords, readRecord } from '../../shared/aws/variant-store.ts'
import { listSlots, listWaiting } from '../../shared/aws/waiting-room.ts'
import type { GenerationRecord } from '../../shared/generation.ts'
import { isActive } from '../../shared/lifecycle.ts'
import type { Resources } from '../resources.ts'

/**
 * What is generating for an owner, by the records as they are now: whoever waits, has a slot, or is found active by the index,
 * which lags. `waiting` is how many notes there are in the waiting room, also of what has just ended or is just being let in.
 */
export async function activeGenerations(
  { table }: Resources<'table'>,
  owner: string,
): Promise<{ active: GenerationRecord[]; waiting: number }> {
  // In this order: who waits comes to a slot, and back to the line before the slot is given up.
  const waiting = await listWaiting(table, owner)
  const slots = (await listSlots(table)).filter((slot) => slot.owner === owner)
  const indexed = (await queryRecords(table, 'byOwner', owner)).filter(isActive)
  const keys = new Set([...waiting, ...slots, ...indexed].map(({ key }) => key))
  const records = await Promise.all([...keys].map((key) => readRecord(table, key)))
  return { active: records.filter((record) => record !== undefined).filter(isActive), waiting: waiting.length }
}
