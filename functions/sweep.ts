import type { Context } from 'aws-lambda'
import { LogEnv, readEnv, SweepEnv } from '../shared/env.ts'
import { createLog } from '../shared/log.ts'
import { newMemory } from './generations/sweep/memory.ts'
import { sweep } from './generations/sweep.ts'
import { bucket } from './resources/bucket.ts'
import { cluster } from './resources/cluster.ts'
import { queue } from './resources/queue.ts'
import { table } from './resources/table.ts'

/** Kept while this process lives: usually for many sweeps. */
const memory = newMemory()

/** Runs every minute: finishes or undoes work that was left half done, and rings. Concurrent runs are safe. */
export async function handler(_event: object, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<void> {
  const log = createLog({ level: readEnv(LogEnv).LOG_LEVEL, facts: { function: 'sweep' } })
  const resources = { table: table(), bucket: bucket(), queue: queue(), cluster: cluster() }
  const everySeconds = readEnv(SweepEnv).SWEEP_SECONDS
  await sweep(resources, log, { everySeconds, memory, leftMs: () => context.getRemainingTimeInMillis() })
}
