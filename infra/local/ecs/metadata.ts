import type { Endpoint } from './endpoint.ts'
import type { TaskRecord } from './task-record.ts'
import { containerArnOf, containerStatus } from './to-task.ts'

/**
 * The task metadata endpoint, version 4: `/v4/<runtime id>/task` for the task, `/v4/<runtime id>` for the container.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-fargate-response.html
 */
export function findMetadata({ store }: Endpoint, path: string): object | undefined {
  const [, runtimeId, wholeTask] = /^\/v4\/([^/]+)(\/task)?$/.exec(path) ?? []
  const task = store.visible().find((candidate) => candidate.runtimeId === runtimeId)
  if (!task) return undefined
  return wholeTask ? taskMetadata(task) : containerMetadata(task)
}

function taskMetadata(task: TaskRecord) {
  return {
    Cluster: task.clusterArn,
    TaskARN: task.taskArn,
    Family: task.family,
    Revision: String(task.revision),
    DesiredStatus: task.desiredStatus,
    KnownStatus: task.lastStatus,
    LaunchType: 'FARGATE',
    Containers: [containerMetadata(task)],
  }
}

function containerMetadata(task: TaskRecord) {
  return {
    DockerId: task.runtimeId,
    Name: task.containerName,
    DockerName: task.containerName,
    Labels: {
      'com.amazonaws.ecs.cluster': task.clusterArn,
      'com.amazonaws.ecs.container-name': task.containerName,
      'com.amazonaws.ecs.task-arn': task.taskArn,
      'com.amazonaws.ecs.task-definition-family': task.family,
      'com.amazonaws.ecs.task-definition-version': String(task.revision),
    },
    DesiredStatus: task.desiredStatus,
    KnownStatus: containerStatus(task),
    CreatedAt: task.createdAt,
    StartedAt: task.startedAt,
    Type: 'NORMAL',
    ContainerARN: containerArnOf(task),
  }
}
