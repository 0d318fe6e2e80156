import { type Cleanup, cleanUp, dueCleanups, postponeCleanup } from '../../../shared/aws/cleanups.ts'
import { within } from '../../../shared/aws/deadline.ts'
import { batches, handleEach, type SweepRun } from './run.ts'

/** The longest that one cleanup may take; it deletes page by page, so the next try continues. */
const LONGEST_MS = 8_000
/** When a cleanup that failed is tried again. */
const AGAIN_MINUTES = 5

/** Does the cleanups that are due, oldest first, until none is left or time is up. */
export async function doCleanups(run: SweepRun): Promise<void> {
  for await (const page of dueCleanups(run.resources.table))
    for (const batch of batches(page)) {
      if (run.isOver()) return
      await handleEach(
        run,
        'a cleanup could not be postponed',
        batch,
        async (cleanup) => await doOrPostpone(run, cleanup),
      )
    }
}

async function doOrPostpone({ resources, log }: SweepRun, cleanup: Cleanup): Promise<void> {
  const { table, bucket } = resources
  await within(LONGEST_MS, async () => await cleanUp(table, bucket, cleanup)).catch(async (error) => {
    log.error('a cleanup failed', { ...cleanup, error })
    await postponeCleanup(table, cleanup, AGAIN_MINUTES)
  })
}
