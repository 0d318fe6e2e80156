import type { ListTasksCommandOutput } from '@aws-sdk/client-ecs'
import * as z from 'zod'
import { type Endpoint, parseRequest, requireCluster } from '../endpoint.ts'

const ListTasksRequest = z.object({
  cluster: z.string().optional(),
  family: z.string().optional(),
  startedBy: z.string().optional(),
  desiredStatus: z.enum(['RUNNING', 'PENDING', 'STOPPED']).default('RUNNING'),
})

/** The tasks that pass every filter, all on one page; without `desiredStatus` those that are meant to run. */
export function listTasks(endpoint: Endpoint, body: object) {
  const { cluster, family, startedBy, desiredStatus } = parseRequest(ListTasksRequest, body)
  requireCluster(endpoint, cluster)
  const tasks = endpoint.store
    .visible()
    .filter((task) => task.desiredStatus === desiredStatus)
    .filter((task) => family === undefined || task.family === family)
    .filter((task) => startedBy === undefined || task.startedBy === startedBy)
  return { taskArns: tasks.map((task) => task.taskArn) } satisfies Omit<ListTasksCommandOutput, '$metadata'>
}
