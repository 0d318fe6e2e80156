import {
  ConflictException,
  DescribeTasksCommand,
  ECSServiceException,
  InvalidParameterException,
  ListTasksCommand,
  type ListTasksCommandInput,
  RunTaskCommand,
  StopTaskCommand,
  type Task,
} from '@aws-sdk/client-ecs'
import pLimit from 'p-limit'
import { formatLease, type Lease } from '../generation.ts'
import type { TaskEnd } from '../lifecycle.ts'
import type { Cluster } from './clients.ts'
import { ecsTextOf, endedBy, reasonOfEnd } from './end-of-task.ts'

/**
 * The outcome of RunTask. `later`: no capacity now. `refused`: ECS rejects every task, for instance during a deployment that replaces
 * policies and task definitions; never because of the generation itself. `unknown`: the task may or may not have started.
 *
 * `reason` is for users, in plain words. `detail` is AWS's own text, with ARNs and IDs: for logs only.
 */
export type Started =
  | { outcome: 'started'; taskArn: string }
  | { outcome: 'later' | 'refused'; reason: string; detail: string }
  | { outcome: 'unknown'; detail: string }

/** Starts the runner for an attempt. Idempotent, since the client token identifies the attempt: safe to retry after a timeout. */
export async function startTask(cluster: Cluster, lease: Lease): Promise<Started> {
  const environment = Object.entries({
    VARIANT_KEY: lease.key,
    GENERATION_ID: lease.generationId,
    ATTEMPT: String(lease.attempt),
  }).map(([name, value]) => ({ name, value }))
  try {
    const { tasks = [], failures = [] } = await cluster.client.send(
      new RunTaskCommand({
        cluster: cluster.cluster,
        taskDefinition: cluster.taskDefinition,
        // No launch type: the cluster's default capacity provider applies (FARGATE or FARGATE_SPOT).
        clientToken: `${lease.generationId}-${lease.attempt}`,
        startedBy: formatLease(lease),
        overrides: { containerOverrides: [{ name: cluster.containerName, environment }] },
        networkConfiguration: networkOf(cluster),
      }),
    )
    const taskArn = tasks[0]?.taskArn
    if (taskArn) return { outcome: 'started', taskArn }
    // ECS reports missing capacity and exhausted quotas as HTTP 200 with failures and no task.
    const detail = failures[0]?.reason ?? 'ECS started no task'
    return { outcome: 'later', reason: reasonToWait(detail), detail }
  } catch (error) {
    return outcomeOf(error)
  }
}

function networkOf({ subnets, securityGroups, assignPublicIp }: Cluster) {
  const assign = assignPublicIp ? ('ENABLED' as const) : ('DISABLED' as const)
  return subnets.length > 0 ? { awsvpcConfiguration: { subnets, securityGroups, assignPublicIp: assign } } : undefined
}

function outcomeOf(error: unknown): Started {
  if (error instanceof ConflictException) {
    const taskArn = error.resourceIds?.[0]
    if (taskArn) return { outcome: 'started', taskArn }
  }
  const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  if (!(error instanceof ECSServiceException) || error.$fault === 'server') return { outcome: 'unknown', detail }
  if (THROTTLED.test(detail)) return { outcome: 'later', reason: reasonToWait(detail), detail }
  return { outcome: 'refused', reason: REFUSED, detail }
}

/** ECS reports throttling by EC2 as an invalid parameter: "… Rate exceeded …", "… RequestLimitExceeded". */
const THROTTLED = /rate exceeded|throttl|RequestLimitExceeded/i

const REFUSED = 'AWS does not let docsfy start a task right now. This is normal while a new version is being deployed'

function reasonToWait(detail: string): string {
  if (THROTTLED.test(detail)) return 'AWS is limiting how fast tasks start'
  if (/vcpu|quota|limit/i.test(detail)) return "The AWS account's quota for running tasks is exhausted"
  if (/disk/i.test(detail)) return 'There is not enough disk space for another task'
  if (/capacity/i.test(detail)) return 'AWS has no capacity for another task right now'
  return 'AWS could not start a task right now'
}

/** Stops a task. A task that ECS no longer knows counts as stopped. */
export async function stopTask(cluster: Cluster, taskArn: string, reason: string): Promise<void> {
  try {
    await cluster.client.send(
      new StopTaskCommand({ cluster: cluster.cluster, task: taskArn, reason: reason.slice(0, 255) }),
    )
  } catch (error) {
    if (!(error instanceof InvalidParameterException)) throw error
  }
}

/** `by` and `reason` describe the task's end, once it has exited. `reason` is in plain words for users. */
export interface TaskState extends TaskEnd {
  /** ECS does not know the task: not yet, right after RunTask, or no longer, an hour after its end. */
  unknown?: true
  /** The container has exited; the task itself may still be shutting down. */
  exited: boolean
  /** The reason in ECS's own text, for logs only. */
  detail?: string
}

/** The current state of a task in ECS. */
export async function describeTask(cluster: Cluster, taskArn: string): Promise<TaskState> {
  const [task] = await describeAll(cluster, [taskArn])
  return task ? stateOf(task) : { unknown: true, exited: false, by: 'host', reason: 'ECS does not know the task' }
}

/** The fields of a task, in descriptions and in events, that tell how it ended. */
export type EndedTask = Pick<Task, 'lastStatus' | 'startedBy' | 'containers' | 'stoppedReason' | 'stopCode'>

/** Reads a task's state from its description or from an ECS event. */
export function stateOf({ lastStatus, containers = [], stoppedReason, stopCode }: EndedTask): TaskState {
  const stopped = containers.filter((container) => container.lastStatus === 'STOPPED')
  const allStopped = containers.length > 0 && stopped.length === containers.length
  return {
    exited: lastStatus === 'STOPPED' || allStopped,
    by: endedBy({ containers, stopCode }),
    reason: reasonOfEnd({ containers, stoppedReason, stopCode }),
    detail: ecsTextOf({ containers, stoppedReason, stopCode }),
  }
}

/** The attempt whose task is wanted, and the task's ARN if it is known. */
export type WantedTask = Lease & { taskArn?: string | undefined }

/** A task in ECS. */
export interface FoundTask {
  taskArn: string
  state: TaskState
}

/**
 * The tasks of up to a hundred attempts, by {@link formatLease}: running, or stopped within the last hour. Attempts without a task are
 * absent. It takes one DescribeTasks call, one ListTasks call for each attempt whose ARN is not known, and one search of the stopped
 * tasks for all of those that are not running. Among more than 2,000 stopped tasks one may be missed.
 */
export async function findTasks(cluster: Cluster, wanted: readonly WantedTask[]): Promise<Map<string, FoundTask>> {
  // In this order: a task that stops meanwhile is found by the later search.
  const arns = await arnsOf(cluster, wanted)
  const lost = wanted.filter((lease) => !arns.has(formatLease(lease)))
  const stopped = await findStopped(cluster, lost)
  const tasks = new Map((await describeAll(cluster, [...arns.values()])).map((task) => [task.taskArn, task]))
  const described = [...arns].flatMap(([lease, taskArn]): [string, FoundTask][] => {
    const task = tasks.get(taskArn)
    return task ? [[lease, { taskArn, state: stateOf(task) }]] : []
  })
  return new Map([...described, ...stopped])
}

/** ListTasks calls to make concurrently: ECS allows some 20 a second. */
const LISTS_AT_ONCE = 4

/** The ARNs that are known or belong to a task that is not stopped, by {@link formatLease}. */
async function arnsOf(cluster: Cluster, wanted: readonly WantedTask[]): Promise<Map<string, string>> {
  const found = await pLimit(LISTS_AT_ONCE).map(wanted, async (lease): Promise<[string, string][]> => {
    const startedBy = formatLease(lease)
    // `startedBy` must be the only filter, and matches only tasks that are not stopped.
    const taskArn = lease.taskArn ?? (await listTasks(cluster, { startedBy })).taskArns[0]
    return taskArn === undefined ? [] : [[startedBy, taskArn]]
  })
  return new Map(found.flat())
}

/** How many pages of a hundred stopped tasks to search. ECS lists stopped tasks for an hour. */
const STOPPED_PAGES = 20

async function findStopped(cluster: Cluster, leases: readonly Lease[]): Promise<Map<string, FoundTask>> {
  const found = new Map<string, FoundTask>()
  const missing = new Set(leases.map(formatLease))
  let nextToken: string | undefined
  for (let page = 0; page < STOPPED_PAGES && missing.size > 0; page++) {
    const stopped = await listTasks(cluster, { family: cluster.taskDefinition, desiredStatus: 'STOPPED', nextToken })
    for (const task of await describeAll(cluster, stopped.taskArns)) {
      const { startedBy = '', taskArn = '' } = task
      if (missing.delete(startedBy)) found.set(startedBy, { taskArn, state: stateOf(task) })
    }
    nextToken = stopped.nextToken
    if (!nextToken) break
  }
  return found
}

async function listTasks({ client, cluster }: Cluster, filter: Omit<ListTasksCommandInput, 'cluster'>) {
  const { taskArns = [], nextToken } = await client.send(new ListTasksCommand({ cluster, ...filter }))
  return { taskArns, nextToken }
}

/** @param tasks - at most a hundred ARNs */
async function describeAll({ client, cluster }: Cluster, tasks: string[]): Promise<Task[]> {
  if (tasks.length === 0) return []
  return (await client.send(new DescribeTasksCommand({ cluster, tasks }))).tasks ?? []
}
