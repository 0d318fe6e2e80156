import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { GitRightsEnv, LimitsEnv, LogEnv, readEnv } from '../shared/env.ts'
import { createLog } from '../shared/log.ts'
import { dispatch } from './generations/dispatch.ts'
import { cluster } from './resources/cluster.ts'
import { queue } from './resources/queue.ts'
import { table } from './resources/table.ts'

/** Invoked by SQS, one at a time: starts tasks for queued generations while slots are free, taking owners in turn. */
export async function handler(_event: SQSEvent): Promise<SQSBatchResponse> {
  const limits = readEnv(LimitsEnv)
  const log = createLog({ level: readEnv(LogEnv).LOG_LEVEL, facts: { function: 'dispatch' } })
  const options = {
    maxActive: limits.MAX_ACTIVE_TASKS,
    maxActivePerOwner: limits.MAX_ACTIVE_PER_OWNER,
    generationTimeoutMinutes: limits.GENERATION_TIMEOUT,
    credentialsFor: readEnv(GitRightsEnv).GIT_CREDENTIALS_FOR,
    log,
  }
  const resources = { table: table(), queue: queue(), cluster: cluster() }
  // Never retry the message: with a single message group it would block all later ones. The sweeper rings again sooner.
  await dispatch(resources, options).catch((error) => log.error('dispatch failed', { error }))
  return { batchItemFailures: [] }
}
