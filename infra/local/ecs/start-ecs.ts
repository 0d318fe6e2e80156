import { realpathSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { createLog } from '../../../shared/log.ts'
import { makeFolder, PASSABLE } from '../data-dir.ts'
import { listen, stop } from '../listen.ts'
import { Disk } from '../stores/disk.ts'
import { ClientTokens } from './client-tokens.ts'
import { Containers } from './containers.ts'
import { endLeftovers } from './end-leftovers.ts'
import { EventDelivery } from './event-delivery.ts'
import type { CloseOptions, LocalEcsOptions } from './options.ts'
import { createRouter } from './router.ts'
import { TaskStore } from './task-store.ts'

export const LOCAL_CLUSTER_ARN = 'arn:aws:ecs:us-east-1:000000000000:cluster/docsfy'

export interface LocalEcs {
  url: string
  /** Ends like a host going down. Waits for a delivery in progress; undelivered events are kept for the next start. */
  close(options?: CloseOptions): Promise<void>
}

/**
 * Starts an endpoint that speaks ECS's protocol (RunTask, StopTask, DescribeTasks, ListTasks, the task metadata
 * endpoint v4, task state change events), where a task is a child process. When it resolves, no process of an earlier
 * life is left, and each of their tasks is recorded as stopped. Rejects if the port is taken, before killing anything.
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
  const { taskDefinitions, clusterArn = LOCAL_CLUSTER_ARN } = options
  const tokens = new ClientTokens(join(directory, 'client-tokens'), store, log)
  server.on('request', createRouter({ clusterArn, taskDefinitions, store, tokens, containers }))
  delivery.start()

  let closed: Promise<void> | undefined
  return {
    url,
    close: (closing) => (closed ??= close(server, delivery, containers, closing).finally(() => store.save())),
  }
}

// Processes are known by this path, so two lives must spell it alike.
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
