import { ENDED } from '../../../shared/aws/active-records.ts'
import { readRecord } from '../../../shared/aws/records.ts'
import { closeRecord } from '../../../shared/aws/variant-store.ts'
import { bookEarlierCosts } from '../book-earlier-costs.ts'
import { inBatches } from './in-batches.ts'
import { handleEach, type SweepRun } from './run.ts'

/** Books the costs of generations that were not ended by their own runner, or whose runner died right afterwards. */
export async function bookCosts(run: SweepRun): Promise<void> {
  const { table } = run.resources
  await inBatches(run, ENDED, async (batch) => {
    await handleEach(run, 'a cost was not booked', batch, async ({ key }) => {
      const record = await readRecord(table, key)
      if (record) await closeRecord(table, record)
    })
  })
  if (run.memory.bookedEarlier || run.isOver()) return
  await bookEarlierCosts({ table })
  run.memory.bookedEarlier = true
}
