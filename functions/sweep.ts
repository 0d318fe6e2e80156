import { LogEnv, readEnv, SweepEnv } from '../shared/env.ts'
import { createLog } from '../shared/log.ts'
import { sweep } from './generations/sweep.ts'
import { bucket } from './resources/bucket.ts'
import { cluster } from './resources/cluster.ts'
import { queue } from './resources/queue.ts'
import { table } from './resources/table.ts'

/** Runs every minute: finishes or undoes work that was left half done, then rings. Concurrent runs are safe. */
export async function handler(): Promise<void> {
  const log = createLog({ level: readEnv(LogEnv).LOG_LEVEL, facts: { function: 'sweep' } })
  const resources = { table: table(), bucket: bucket(), queue: queue(), cluster: cluster() }
  await sweep(resources, log, readEnv(SweepEnv).SWEEP_SECONDS)
}
