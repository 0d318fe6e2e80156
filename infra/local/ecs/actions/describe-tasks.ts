import type { DescribeTasksCommandOutput } from '@aws-sdk/client-ecs'
import * as z from 'zod'
import { type Endpoint, findTask, parseRequest, requireCluster } from '../endpoint.ts'
import { toTask } from '../to-task.ts'

const DescribeTasksRequest = z.object({
  cluster: z.string().optional(),
  tasks: z.array(z.string()).min(1).max(100),
})

/** Describes running tasks, and stopped ones for an hour. All others are MISSING. */
export function describeTasks(endpoint: Endpoint, body: object) {
  const { cluster, tasks } = parseRequest(DescribeTasksRequest, body)
  requireCluster(endpoint, cluster)
  const answers = tasks.map((arnOrId) => ({ arnOrId, task: findTask(endpoint, arnOrId) }))
  return {
    tasks: answers.flatMap(({ task }) => (task ? [toTask(task)] : [])),
    failures: answers.filter(({ task }) => !task).map(({ arnOrId }) => ({ arn: arnOrId, reason: 'MISSING' })),
  } satisfies Omit<DescribeTasksCommandOutput, '$metadata'>
}
