import type { z } from 'zod'
import type { ClientTokens } from './client-tokens.ts'
import type { Containers } from './containers.ts'
import { EcsError, invalidParameter } from './errors.ts'
import type { LocalTaskDefinition } from './options.ts'
import type { TaskRecord } from './task-record.ts'
import type { TaskStore } from './task-store.ts'

/** What the actions work on: one cluster. */
export interface Endpoint {
  clusterArn: string
  taskDefinitions: LocalTaskDefinition[]
  store: TaskStore
  tokens: ClientTokens
  containers: Containers
}

/** Parses a request. @throws EcsError `InvalidParameterException` */
export function parseRequest<Schema extends z.ZodType>(schema: Schema, body: object): z.output<Schema> {
  const { success, data, error } = schema.safeParse(body)
  if (success) return data
  throw invalidParameter(error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '))
}

/** Requires this cluster, by ARN or name. As on AWS, no cluster means `default`. @throws EcsError `ClusterNotFoundException` */
export function requireCluster({ clusterArn }: Endpoint, cluster = 'default'): void {
  if (cluster === clusterArn || cluster === clusterArn.split('/').pop()) return
  throw new EcsError('ClusterNotFoundException', 'Cluster not found.')
}

/** Finds a visible task by ARN or id. */
export function findTask({ store }: Endpoint, arnOrId: string): TaskRecord | undefined {
  return store.visible().find((task) => task.taskArn === arnOrId || task.id === arnOrId)
}
