import type { StopTaskCommandOutput } from '@aws-sdk/client-ecs'
import * as z from 'zod'
import { type Endpoint, findTask, parseRequest, requireCluster } from '../endpoint.ts'
import { invalidParameter } from '../errors.ts'
import { toTask } from '../to-task.ts'

const StopTaskRequest = z.object({
  cluster: z.string().optional(),
  task: z.string(),
  reason: z.string().optional(),
})

/** Asks a task to stop. Repeating the request changes nothing: the first reason stands. */
export function stopTask(endpoint: Endpoint, body: object) {
  const { cluster, task: arnOrId, reason } = parseRequest(StopTaskRequest, body)
  requireCluster(endpoint, cluster)
  const task = findTask(endpoint, arnOrId)
  if (!task) throw invalidParameter('The referenced task was not found.')
  if (task.desiredStatus === 'RUNNING') {
    const stoppedReason = reason ?? 'Task stopped by user'
    endpoint.containers.stop(task.id, { stopCode: 'UserInitiated', stoppedReason })
  }
  return { task: toTask(endpoint.store.get(task.id)) } satisfies Omit<StopTaskCommandOutput, '$metadata'>
}
