import {
  ConflictException,
  DescribeTasksCommand,
  ECSServiceException,
  InvalidParameterException,
  ListTasksCommand,
  RunTaskCommand,
  StopTaskCommand,
  type Task,
} from '@aws-sdk/client-ecs'
import { formatLease, type Lease } from '../generation.ts'
import type { Cluster } from './clients.ts'

/** `later`: ECS cannot start it for now. `refused`: it never will as things are. `unknown`: it may or may not have started. */
export type Started =
  | { outcome: 'started'; taskArn: string }
  | { outcome: 'later' | 'refused' | 'unknown'; reason: string }

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
    return { outcome: 'later', reason: failures[0]?.reason ?? 'ECS started no task' }
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
  const reason = error instanceof Error ? error.message : String(error)
  if (!(error instanceof ECSServiceException) || error.$fault === 'server') return { outcome: 'unknown', reason }
  if (error.name === 'ThrottlingException') return { outcome: 'later', reason }
  // EC2's throttling underneath is reported as an invalid parameter: "… Rate exceeded …", "… RequestLimitExceeded".
  const throttledBelow = /rate exceeded|throttl|RequestLimitExceeded/i.test(reason)
  if (error instanceof InvalidParameterException && throttledBelow) return { outcome: 'later', reason }
  return { outcome: 'refused', reason }
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

export interface TaskState {
  /** ECS has no such task: it does not see it yet, a moment after RunTask, or no longer, an hour after its end. */
  unknown?: true
  /** The container has exited; the task itself may still be winding down. */
  exited: boolean
  reason: string
}

/** How a task is doing, as ECS says right now. */
export async function describeTask(cluster: Cluster, taskArn: string): Promise<TaskState> {
  const { tasks = [] } = await cluster.client.send(
    new DescribeTasksCommand({ cluster: cluster.cluster, tasks: [taskArn] }),
  )
  const [task] = tasks
  return task ? stateOf(task) : { unknown: true, exited: false, reason: 'ECS does not know the task' }
}

/** Of a task, as ECS describes it and as its events do, what tells how it ended. */
export type EndedTask = Pick<Task, 'lastStatus' | 'startedBy' | 'containers' | 'stoppedReason' | 'stopCode'>

/** What a task's description, or ECS's event about it, says of its end. */
export function stateOf({ lastStatus, containers = [], stoppedReason, stopCode }: EndedTask): TaskState {
  const stopped = containers.filter((container) => container.lastStatus === 'STOPPED')
  const allStopped = containers.length > 0 && stopped.length === containers.length
  const exitCode = stopped[0]?.exitCode
  const parts = [stoppedReason ?? stopCode, stopped[0]?.reason, exitCode !== undefined && `exit code ${exitCode}`]
  return {
    exited: lastStatus === 'STOPPED' || allStopped,
    reason: parts.filter(Boolean).join('; ') || 'no reason given',
  }
}

/** The task that was started for this attempt, running or stopped within the last hour; undefined when there is none. */
export async function findTask(cluster: Cluster, lease: Lease): Promise<string | undefined> {
  for (const desiredStatus of ['RUNNING', 'STOPPED'] as const) {
    const { taskArns = [] } = await cluster.client.send(
      new ListTasksCommand({ cluster: cluster.cluster, startedBy: formatLease(lease), desiredStatus }),
    )
    if (taskArns[0]) return taskArns[0]
  }
  return undefined
}
