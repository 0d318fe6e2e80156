import type { ListTasksCommandOutput } from '@aws-sdk/client-ecs'
import * as z from 'zod'
import { type Endpoint, parseRequest, requireCluster } from '../endpoint.ts'
import { invalidParameter } from '../errors.ts'

const ListTasksRequest = z.object({
  cluster: z.string().optional(),
  family: z.string().optional(),
  startedBy: z.string().optional(),
  desiredStatus: z.enum(['RUNNING', 'PENDING', 'STOPPED']).optional(),
  maxResults: z.int().min(1).max(100).default(100),
  nextToken: z.string().optional(),
})

/**
 * Lists the tasks that match every filter, up to 100 per page. `desiredStatus` defaults to RUNNING.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTasks.html
 */
export function listTasks(endpoint: Endpoint, body: object) {
  const { cluster, family, startedBy, desiredStatus, maxResults, nextToken } = parseRequest(ListTasksRequest, body)
  requireCluster(endpoint, cluster)
  if (startedBy !== undefined && (family !== undefined || desiredStatus !== undefined)) {
    throw invalidParameter('startedBy must be the only filter.')
  }
  const taskArns = endpoint.store
    .visible()
    .filter((task) => task.desiredStatus === (desiredStatus ?? 'RUNNING'))
    .filter((task) => family === undefined || task.family === family)
    .filter((task) => startedBy === undefined || task.startedBy === startedBy)
    .map((task) => task.taskArn)
  const start = nextToken === undefined ? 0 : taskArns.indexOf(nextToken)
  if (start < 0) throw invalidParameter('Invalid token')
  return {
    taskArns: taskArns.slice(start, start + maxResults),
    nextToken: taskArns[start + maxResults],
  } satisfies Omit<ListTasksCommandOutput, '$metadata'>
}
