import { isDeepStrictEqual } from 'node:util'
import type { RunTaskCommandOutput } from '@aws-sdk/client-ecs'
import * as z from 'zod'
import { diskFault } from '../../stores/disk.ts'
import type { TokenUse } from '../client-tokens.ts'
import { type Endpoint, parseRequest, requireCluster } from '../endpoint.ts'
import { EcsError, invalidParameter } from '../errors.ts'
import type { LocalTaskDefinition } from '../options.ts'
import { newTask, TaskOverrides, type TaskRecord } from '../task-record.ts'
import { toTask } from '../to-task.ts'

type Reply = Omit<RunTaskCommandOutput, '$metadata'>

const RunTaskRequest = z.object({
  cluster: z.string().optional(),
  taskDefinition: z.string(),
  count: z.int().min(1).max(10).default(1),
  clientToken: z
    .string()
    .regex(/^[\x21-\x7e]{1,64}$/)
    .optional(),
  startedBy: z
    .string()
    .regex(/^[a-zA-Z0-9\-_/]{1,128}$/)
    .optional(),
  group: z.string().optional(),
  overrides: TaskOverrides.default({}),
})

type RunTaskRequest = z.infer<typeof RunTaskRequest>

/** Starts tasks, once per client token. Capacity is limited only by the disk; docsfy itself limits how many tasks run. */
export function runTask(endpoint: Endpoint, body: object): Reply {
  const request = parseRequest(RunTaskRequest, body)
  requireCluster(endpoint, request.cluster)
  const { clientToken, ...parameters } = body as { clientToken?: string }
  const earlier = clientToken === undefined ? undefined : endpoint.tokens.find(clientToken)
  if (earlier) return repeat(endpoint, earlier, parameters)

  const definition = findDefinition(endpoint.taskDefinitions, request.taskDefinition)
  checkOverrides(request.overrides, definition)
  const tasks = newTasks(endpoint, request, definition)
  try {
    record(endpoint, tasks, clientToken, parameters)
  } catch (error) {
    // What ECS answers when no instance has capacity.
    if (diskFault(error)) return { tasks: [], failures: [{ reason: 'RESOURCE:DISK', detail: String(error) }] }
    throw error
  }
  for (const task of tasks) endpoint.containers.start(task, definition)
  return { tasks: tasks.map(toTask), failures: [] }
}

/** Records all tasks before the first one starts. */
function record(
  { tokens, store }: Endpoint,
  tasks: TaskRecord[],
  clientToken: string | undefined,
  request: Record<string, unknown>,
): void {
  if (clientToken !== undefined) {
    const taskIds = tasks.map((task) => task.id)
    tokens.remember({ clientToken, request, taskIds, usedAt: new Date() })
  }
  for (const task of tasks) store.add(task)
}

function repeat({ store }: Endpoint, earlier: TokenUse, parameters: object): Reply {
  const tasks = store.all().filter((task) => earlier.taskIds.includes(task.id))
  if (!isDeepStrictEqual(earlier.request, parameters)) {
    const resourceIds = tasks.map((task) => task.taskArn)
    throw new EcsError('ConflictException', 'The client token was used with different parameters.', { resourceIds })
  }
  return { tasks: tasks.map((task) => (task.stoppedAt ? stoppedTask(task) : toTask(task))), failures: [] }
}

// For a stopped task AWS repeats only these fields.
function stoppedTask({ taskArn, lastStatus, desiredStatus }: ReturnType<typeof newTask>) {
  return { taskArn, lastStatus, desiredStatus }
}

function findDefinition(definitions: LocalTaskDefinition[], wanted: string): LocalTaskDefinition {
  const [family, revision] = wanted.slice(wanted.lastIndexOf('/') + 1).split(':')
  const found = definitions
    .filter((definition) => definition.family === family)
    .filter((definition) => revision === undefined || String(definition.revision) === revision)
    .sort((a, b) => b.revision - a.revision)[0]
  if (!found) throw new EcsError('ClientException', 'TaskDefinition not found.')
  return found
}

function checkOverrides(overrides: RunTaskRequest['overrides'], definition: LocalTaskDefinition): void {
  if (JSON.stringify(overrides).length > 8192) {
    throw invalidParameter('Container Overrides length must be at most 8192')
  }
  const unknown = overrides.containerOverrides?.find(({ name }) => name !== definition.containerName)
  if (unknown) {
    throw invalidParameter(`Override for container named ${unknown.name} is not a container in the TaskDefinition.`)
  }
  const variables = overrides.containerOverrides?.flatMap(({ environment = [] }) => environment) ?? []
  const forbidden = variables.find(({ name }) => !definition.variables.includes(name))
  if (forbidden) throw invalidParameter(`The variable ${forbidden.name} may not be overridden.`)
}

function newTasks({ clusterArn }: Endpoint, request: RunTaskRequest, definition: LocalTaskDefinition) {
  const { overrides, group, startedBy } = request
  return Array.from({ length: request.count }, () => newTask({ clusterArn, definition, overrides, group, startedBy }))
}
