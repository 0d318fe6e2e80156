import { realpathSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { join } from 'node:path'
import type { Credentials } from '../../../shared/env.ts'
import { createLog } from '../../../shared/log.ts'
import { makeFolder, PASSABLE } from '../data-dir.ts'
import { guarded, newCredentials } from '../guard.ts'
import { listen, stop } from '../listen.ts'
import { Disk } from '../stores/disk.ts'
import { ClientTokens } from './client-tokens.ts'
import { Containers } from './containers.ts'
import { endLeftovers } from './end-leftovers.ts'
import type { Endpoint } from './endpoint.ts'
import { EventDelivery } from './event-delivery.ts'
import { findMetadata } from './metadata.ts'
import type { CloseOptions, LocalEcsOptions } from './options.ts'
import { createRouter } from './router.ts'
import { TaskStore } from './task-store.ts'

export const LOCAL_CLUSTER_ARN = 'arn:aws:ecs:us-east-1:000000000000:cluster/docsfy'

export interface LocalEcs {
  url: string
  /** The only credentials that it accepts. */
  credentials: Credentials
  /** Stops all tasks as a host going down would. Waits for deliveries in progress; the next start delivers the rest. */
  close(options?: CloseOptions): Promise<void>
}

/**
 * Starts an endpoint that speaks ECS's protocol (RunTask, StopTask, DescribeTasks, ListTasks, task metadata endpoint v4, task state
 * change events) and runs each task as a child process. When it resolves, all tasks left over from an earlier process are killed and
 * recorded as stopped. Rejects if the port is taken, before killing anything.
 */
export async function startEcs(options: LocalEcsOptions): Promise<LocalEcs> {
  const server = createServer()
  const url = await listen(server, options.host ?? '127.0.0.1', options.port ?? 0)
  const log = options.log ?? createLog({ level: 'info' })
  const directory = ecsDirectory(options.dataDir)
  const store = new TaskStore(
    join(directory, 'tasks'),
    new Disk(directory, options.log ?? createLog({ level: 'info' })),
  )
  await endLeftovers(store, log)
  const delivery = new EventDelivery(store, options.onEvent)
  const containers = new Containers(store, url)
  const { taskDefinitions, clusterArn = LOCAL_CLUSTER_ARN, credentials = newCredentials() } = options
  const tokens = new ClientTokens(join(directory, 'client-tokens'), store, log)
  const endpoint = { clusterArn, taskDefinitions, store, tokens, containers }
  server.on(
    'request',
    guarded(createRouter(endpoint), credentials, (request) => asksForMetadata(endpoint, request)),
  )
  delivery.start()

  let closed: Promise<void> | undefined
  return {
    url,
    credentials,
    close: (closing) => (closed ??= close(server, delivery, containers, closing).finally(() => store.save())),
  }
}

/** Tasks read their metadata without credentials: the random id in the path is the secret. */
const asksForMetadata = (endpoint: Endpoint, { method, url = '' }: IncomingMessage): boolean =>
  method === 'GET' && findMetadata(endpoint, url) !== undefined

// Task processes are recognised by this path, so every start must spell it the same way.
function ecsDirectory(dataDir: string): string {
  const directory = makeFolder(join(dataDir, 'ecs'), PASSABLE)
  makeFolder(join(directory, 'tasks'), PASSABLE)
  return realpathSync(directory)
}

async function close(server: Server, delivery: EventDelivery, containers: Containers, options: CloseOptions = {}) {
  await delivery.stop()
  await stop(server)
  await containers.stopAll(options.graceSeconds ?? 5)
}
