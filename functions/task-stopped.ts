import type { EventBridgeEvent } from 'aws-lambda'
import { type EndedTask, stateOf } from '../shared/aws/runner-tasks.ts'
import { LogEnv, readEnv } from '../shared/env.ts'
import { parseLease } from '../shared/generation.ts'
import { createLog } from '../shared/log.ts'
import { settleStoppedTask } from './generations/settle-stopped-task.ts'
import { queue } from './resources/queue.ts'
import { table } from './resources/table.ts'

type TaskStateChange = EventBridgeEvent<'ECS Task State Change', EndedTask>

/** ECS says that a task has stopped. Events come at least once, in any order: only the final one is acted upon, by its lease. */
export async function handler({ detail }: TaskStateChange): Promise<void> {
  const lease = parseLease(detail.startedBy)
  if (!lease || detail.lastStatus !== 'STOPPED') return
  const log = createLog({ level: readEnv(LogEnv).LOG_LEVEL, facts: { function: 'task-stopped' } })
  const ended = stateOf(detail)
  log.info('a task has ended', { ...lease, detail: ended.detail })
  await settleStoppedTask({ table: table(), queue: queue() }, lease, ended, log)
}
