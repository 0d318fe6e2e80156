import { randomBytes, randomUUID } from 'node:crypto'
import * as z from 'zod'
import type { LocalTaskDefinition } from './options.ts'
import { EcsTaskStateChange } from './state-change.ts'

/** The supported part of a container override. Anything else is rejected. */
export const TaskOverrides = z.strictObject({
  containerOverrides: z
    .array(
      z.strictObject({
        name: z.string(),
        environment: z.array(z.strictObject({ name: z.string().min(1), value: z.string() })).optional(),
      }),
    )
    .optional(),
})

/** A task as stored on disk, together with its undelivered events. */
export type TaskRecord = z.infer<typeof TaskRecord>
export const TaskRecord = z.object({
  id: z.string(),
  taskArn: z.string(),
  clusterArn: z.string(),
  taskDefinitionArn: z.string(),
  family: z.string(),
  revision: z.number(),
  containerName: z.string(),
  containerId: z.string(),
  runtimeId: z.string(),
  pid: z.number().optional(),
  group: z.string(),
  startedBy: z.string().optional(),
  overrides: TaskOverrides,
  desiredStatus: z.enum(['RUNNING', 'STOPPED']),
  lastStatus: z.enum(['PROVISIONING', 'PENDING', 'RUNNING', 'STOPPING', 'DEPROVISIONING', 'STOPPED']),
  version: z.number(),
  createdAt: z.coerce.date(),
  startedAt: z.coerce.date().optional(),
  stoppingAt: z.coerce.date().optional(),
  executionStoppedAt: z.coerce.date().optional(),
  stoppedAt: z.coerce.date().optional(),
  stopCode: z.enum(['EssentialContainerExited', 'TaskFailedToStart', 'TerminationNotice', 'UserInitiated']).optional(),
  stoppedReason: z.string().optional(),
  exitCode: z.number().optional(),
  containerReason: z.string().optional(),
  pendingEvents: z.array(EcsTaskStateChange),
})

export interface TaskOrder {
  clusterArn: string
  definition: LocalTaskDefinition
  overrides: z.infer<typeof TaskOverrides>
  group?: string | undefined
  startedBy?: string | undefined
}

/** A task that has been accepted but not started. */
export function newTask({ clusterArn, definition, overrides, group, startedBy }: TaskOrder): TaskRecord {
  const id = randomBytes(16).toString('hex')
  const { family, revision, containerName } = definition
  return {
    id,
    taskArn: `${clusterArn.replace(':cluster/', ':task/')}/${id}`,
    clusterArn,
    taskDefinitionArn: `${clusterArn.slice(0, clusterArn.indexOf(':cluster/'))}:task-definition/${family}:${revision}`,
    family,
    revision,
    containerName,
    containerId: randomUUID(),
    // Not derived from the task's id, which appears in paths: this id gives access to the task's metadata.
    runtimeId: `${randomBytes(16).toString('hex')}-${randomBytes(4).readUInt32BE()}`,
    group: group ?? `family:${family}`,
    startedBy,
    overrides,
    desiredStatus: 'RUNNING',
    lastStatus: 'PROVISIONING',
    version: 1,
    createdAt: new Date(),
    pendingEvents: [],
  }
}
