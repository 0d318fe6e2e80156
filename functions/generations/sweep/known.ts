import { checkKnown, dueChecks } from '../../../shared/aws/known.ts'
import { batches, handleEach, type SweepRun } from './run.ts'

/** Corrects the known models and branches where a crash, a race or a late duplicate has left them wrong. */
export async function checkKnownValues(run: SweepRun): Promise<void> {
  const { table } = run.resources
  for await (const page of dueChecks(table))
    for (const batch of batches(page)) {
      if (run.isOver()) return
      await handleEach(run, 'known values could not be checked', batch, async (check) => await checkKnown(table, check))
    }
}
