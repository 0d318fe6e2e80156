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
import { formatLease, type Lease } from '../generation.ts'
import type { TaskEnd } from '../lifecycle.ts'
import type { Cluster } from './clients.ts'
import { ecsWordsOf, endedBy, reasonOfEnd } from './end-of-task.ts'

/**
 * What came of asking ECS for a task. `later`: it has no room now. `refused`: it lets nothing start, as in the middle of a deployment, which
 * replaces policies and task definitions; never because of the generation itself. `unknown`: the task may or may not have started.
 *
 * `reason` is for the user, in plain words; `detail` is what AWS said, with its ARNs and ids, and belongs in the log only.
 */
export type Started =
  | { outcome: 'started'; taskArn: string }
  | { outcome: 'later' | 'refused'; reason: string; detail: string }
  | { outcome: 'unknown'; detail: string }

/**
 * Starts the runner for one attempt. Idempotent: the token is the attempt's own, so calling again after a time-out
 * starts nothing twice.
 */
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
        // No launch type: the cluster's default capacity provider decides (FARGATE, or FARGATE_SPOT).
        clientToken: `${lease.generationId}-${lease.attempt}`,
        startedBy: formatLease(lease),
        overrides: { containerOverrides: [{ name: cluster.containerName, environment }] },
        networkConfiguration: networkOf(cluster),
      }),
    )
    const taskArn = tasks[0]?.taskArn
    if (taskArn) return { outcome: 'started', taskArn }
    // "No capacity" and "quota reached" come as HTTP 200 with failures and no task.
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

/** EC2's throttling underneath is reported as an invalid parameter: "… Rate exceeded …", "… RequestLimitExceeded". */
const THROTTLED = /rate exceeded|throttl|RequestLimitExceeded/i

const REFUSED = 'AWS does not let docsfy start a task right now, as happens while a new version is being deployed'

function reasonToWait(detail: string): string {
  if (THROTTLED.test(detail)) return 'AWS limits how fast tasks may start'
  if (/vcpu|quota|limit/i.test(detail)) return "The AWS account's quota for running tasks is used up"
  if (/disk/i.test(detail)) return 'There is no room on the disk for the files of another task'
  if (/capacity/i.test(detail)) return 'AWS has no capacity for another task right now'
  return 'AWS could not start a task right now'
}

/** Asks ECS to stop a task; one that ECS no longer knows is as good as stopped. */
export async function stopTask(cluster: Cluster, taskArn: string, reason: string): Promise<void> {
  try {
    await cluster.client.send(
      new StopTaskCommand({ cluster: cluster.cluster, task: taskArn, reason: reason.slice(0, 255) }),
    )
  } catch (error) {
    if (!(error instanceof InvalidParameterException)) throw error
  }
}

/** `by` and `reason` are of the end, once it has exited; `reason` in words for the user. */
export interface TaskState extends TaskEnd {
  /** ECS has no such task: it does not see it yet, a moment after RunTask, or no longer, an hour after its end. */
  unknown?: true
  /** The container has exited; the task itself may still be winding down. */
  exited: boolean
  /** The same as ECS says it, for the log only. */
  detail?: string
}

/** How a task is doing, as ECS says right now. */
export async function describeTask(cluster: Cluster, taskArn: string): Promise<TaskState> {
  const [task] = await describeAll(cluster, [taskArn])
  return task ? stateOf(task) : { unknown: true, exited: false, by: 'host', reason: 'ECS does not know the task' }
}

/** Of a task, as ECS describes it and as its events do, what tells how it ended. */
export type EndedTask = Pick<Task, 'lastStatus' | 'startedBy' | 'containers' | 'stoppedReason' | 'stopCode'>

/** What a task's description, or ECS's event about it, says of its end. */
export function stateOf({ lastStatus, containers = [], stoppedReason, stopCode }: EndedTask): TaskState {
  const stopped = containers.filter((container) => container.lastStatus === 'STOPPED')
  const allStopped = containers.length > 0 && stopped.length === containers.length
  return {
    exited: lastStatus === 'STOPPED' || allStopped,
    by: endedBy({ containers, stopCode }),
    reason: reasonOfEnd({ containers, stoppedReason, stopCode }),
    detail: ecsWordsOf({ containers, stoppedReason, stopCode }),
  }
}

/** Pages of a hundred: how many stopped tasks are looked through. ECS shows them for an hour. */
const STOPPED_PAGES = 20

/**
 * The task that was started for this attempt, running or stopped within the last hour; undefined if there is none. A stopped one
 * may be missed among more than 2,000.
 */
export async function findTask(cluster: Cluster, lease: Lease): Promise<string | undefined> {
  const startedBy = formatLease(lease)
  // `startedBy` must be the only filter, and means the tasks that are to run.
  const running = await listTasks(cluster, { startedBy })
  if (running.taskArns[0]) return running.taskArns[0]
  let nextToken: string | undefined
  for (let page = 0; page < STOPPED_PAGES; page++) {
    const stopped = await listTasks(cluster, { family: cluster.taskDefinition, desiredStatus: 'STOPPED', nextToken })
    const found = (await describeAll(cluster, stopped.taskArns)).find((task) => task.startedBy === startedBy)
    if (found) return found.taskArn
    nextToken = stopped.nextToken
    if (!nextToken) break
  }
  return undefined
}

async function listTasks({ client, cluster }: Cluster, filter: Omit<ListTasksCommandInput, 'cluster'>) {
  const { taskArns = [], nextToken } = await client.send(new ListTasksCommand({ cluster, ...filter }))
  return { taskArns, nextToken }
}

/** @param tasks - a hundred at most */
async function describeAll({ client, cluster }: Cluster, tasks: string[]): Promise<Task[]> {
  if (tasks.length === 0) return []
  return (await client.send(new DescribeTasksCommand({ cluster, tasks }))).tasks ?? []
}
