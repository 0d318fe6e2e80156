import type { EventBridgeEvent } from 'aws-lambda'
import { type EndedTask, stateOf } from '../shared/aws/runner-tasks.ts'
import { LogEnv, readEnv } from '../shared/env.ts'
import { parseLease } from '../shared/generation.ts'
import { createLog } from '../shared/log.ts'
import { settleStoppedTask } from './generations/settle-stopped-task.ts'
import { queue } from './resources/queue.ts'
import { table } from './resources/table.ts'

type TaskStateChange = EventBridgeEvent<'ECS Task State Change', EndedTask>

/** Handles ECS task state changes. They arrive at least once and in any order; only `STOPPED` matters, matched by its lease. */
export async function handler({ detail }: TaskStateChange): Promise<void> {
  const lease = parseLease(detail.startedBy)
  if (!lease || detail.lastStatus !== 'STOPPED') return
  const log = createLog({ level: readEnv(LogEnv).LOG_LEVEL, facts: { function: 'task-stopped' } })
  const ended = stateOf(detail)
  log.info('a task has ended', { ...lease, detail: ended.detail })
  await settleStoppedTask({ table: table(), queue: queue() }, lease, ended, log)
}
