import { type IndexedRecord, indexedPages, type Partition, type Range } from '../../../shared/aws/active-records.ts'
import { batches, type SweepRun } from './run.ts'

/**
 * Handles a partition of the index `active` in batches: it begins where the last sweep stopped, and goes round once. If time runs out, the
 * next batch comes first in the next sweep. A batch that fails has had its turn.
 */
export async function inBatches(
  run: SweepRun,
  partition: Partition,
  handle: (batch: IndexedRecord[]) => Promise<void>,
): Promise<void> {
  const after = run.places[partition]
  const ranges: Range[] = after ? [{ after }, { upTo: after }] : [{}]
  for (const range of ranges)
    for await (const page of indexedPages(run.resources.table, partition, range))
      for (const batch of batches(page)) {
        if (run.isOver()) return
        const last = batch.at(-1)
        if (last) run.places[partition] = { key: last.key, queuedAt: last.queuedAt }
        await handle(batch).catch((error) => run.log.error('records could not be swept', { partition, error }))
      }
  run.places[partition] = undefined
}
