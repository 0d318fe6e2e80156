import type { z } from 'zod'
import type { ClientTokens } from './client-tokens.ts'
import type { Containers } from './containers.ts'
import { EcsError, invalidParameter } from './errors.ts'
import type { LocalTaskDefinition } from './options.ts'
import type { TaskRecord } from './task-record.ts'
import type { TaskStore } from './task-store.ts'

/** What every action works on: one cluster. */
export interface Endpoint {
  clusterArn: string
  taskDefinitions: LocalTaskDefinition[]
  store: TaskStore
  tokens: ClientTokens
  containers: Containers
}

/** Parses a request. Throws `InvalidParameterException`. */
export function parseRequest<Schema extends z.ZodType>(schema: Schema, body: object): z.output<Schema> {
  const { success, data, error } = schema.safeParse(body)
  if (success) return data
  throw invalidParameter(error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '))
}

/** Throws unless a request means this cluster, by ARN or by name. Without one it would mean `default`, as on AWS. */
export function requireCluster({ clusterArn }: Endpoint, cluster = 'default'): void {
  if (cluster === clusterArn || cluster === clusterArn.split('/').pop()) return
  throw new EcsError('ClusterNotFoundException', 'Cluster not found.')
}

/** The visible task that an ARN or an id names. */
export function findTask({ store }: Endpoint, arnOrId: string): TaskRecord | undefined {
  return store.visible().find((task) => task.taskArn === arnOrId || task.id === arnOrId)
}
