import type { IncomingMessage, RequestListener } from 'node:http'
import { describeTasks } from './actions/describe-tasks.ts'
import { listTasks } from './actions/list-tasks.ts'
import { runTask } from './actions/run-task.ts'
import { stopTask } from './actions/stop-task.ts'
import type { Endpoint } from './endpoint.ts'
import { EcsError } from './errors.ts'
import { findMetadata } from './metadata.ts'
import { readBody, sendError, sendReply } from './wire.ts'

type Action = (endpoint: Endpoint, body: object) => object

const actions: Record<string, Action> = {
  'AmazonEC2ContainerServiceV20141113.DescribeTasks': describeTasks,
  'AmazonEC2ContainerServiceV20141113.ListTasks': listTasks,
  'AmazonEC2ContainerServiceV20141113.RunTask': runTask,
  'AmazonEC2ContainerServiceV20141113.StopTask': stopTask,
}

/** Handles the API (POST, with the action in `x-amz-target`) and the task metadata endpoints (GET). */
export function createRouter(endpoint: Endpoint): RequestListener {
  return (request, response) => {
    if (request.method === 'GET') {
      const metadata = findMetadata(endpoint, request.url ?? '')
      response.writeHead(metadata ? 200 : 404, { 'content-type': 'application/json' })
      response.end(JSON.stringify(metadata ?? null))
      return
    }
    act(endpoint, request).then(
      (reply) => sendReply(response, 200, reply),
      (error) => sendError(response, error),
    )
  }
}

async function act(endpoint: Endpoint, request: IncomingMessage): Promise<object> {
  const target = String(request.headers['x-amz-target'])
  const action = Object.hasOwn(actions, target) ? actions[target] : undefined
  if (!action) throw new EcsError('UnknownOperationException', `${target} is not supported here.`)
  return action(endpoint, await readBody(request))
}
