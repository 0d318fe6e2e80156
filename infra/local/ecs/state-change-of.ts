import { randomUUID } from 'node:crypto'
import { EcsTaskStateChange } from './state-change.ts'
import type { TaskRecord } from './task-record.ts'
import { toTask } from './to-task.ts'

/** The event that announces a task's current state. */
export function stateChangeOf(task: Omit<TaskRecord, 'pendingEvents'>): EcsTaskStateChange {
  const [, , , region, account] = task.taskArn.split(':')
  const now = new Date()
  const detail = { ...toTask(task), updatedAt: now }
  return EcsTaskStateChange.parse({
    version: '0',
    id: randomUUID(),
    'detail-type': 'ECS Task State Change',
    source: 'aws.ecs',
    account,
    // EventBridge uses whole seconds here; the detail has milliseconds.
    time: now.toISOString().replace(/\.\d+Z$/, 'Z'),
    region,
    resources: [task.taskArn],
    detail: JSON.parse(JSON.stringify(detail)),
  })
}
