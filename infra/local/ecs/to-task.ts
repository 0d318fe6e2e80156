import type { Container, Task } from '@aws-sdk/client-ecs'
import type { TaskRecord } from './task-record.ts'

/** A task as the API shows it. */
export function toTask(task: Omit<TaskRecord, 'pendingEvents'>): Task {
  return {
    taskArn: task.taskArn,
    clusterArn: task.clusterArn,
    taskDefinitionArn: task.taskDefinitionArn,
    group: task.group,
    startedBy: task.startedBy,
    launchType: 'FARGATE',
    platformVersion: '1.4.0',
    desiredStatus: task.desiredStatus,
    lastStatus: task.lastStatus,
    version: task.version,
    createdAt: task.createdAt,
    startedAt: task.startedAt,
    stoppingAt: task.stoppingAt,
    executionStoppedAt: task.executionStoppedAt,
    stoppedAt: task.stoppedAt,
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
    overrides: task.overrides,
    attachments: [],
    containers: [toContainer(task)],
  }
}

function toContainer(task: Omit<TaskRecord, 'pendingEvents'>): Container {
  return {
    containerArn: containerArnOf(task),
    taskArn: task.taskArn,
    name: task.containerName,
    runtimeId: task.startedAt && task.runtimeId,
    lastStatus: containerStatus(task),
    exitCode: task.exitCode,
    reason: task.containerReason,
    networkInterfaces: [],
  }
}

/** The ARN of a task's only container. */
export function containerArnOf({ taskArn, containerId }: Pick<TaskRecord, 'taskArn' | 'containerId'>): string {
  return `${taskArn.replace(':task/', ':container/')}/${containerId}`
}

/** PENDING, RUNNING or STOPPED; a container stops before its task does. */
export function containerStatus(task: Pick<TaskRecord, 'startedAt' | 'executionStoppedAt'>): string {
  if (task.executionStoppedAt) return 'STOPPED'
  return task.startedAt ? 'RUNNING' : 'PENDING'
}
