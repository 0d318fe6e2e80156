import type { Log } from '../../../shared/log.ts'
import { endTask, HOST_TERMINATED } from './end-task.ts'
import { killTaskProcesses } from './task-processes.ts'
import type { TaskStore } from './task-store.ts'

/** Kills tasks that an earlier process left running, and records each as stopped because of its host. */
export async function endLeftovers(store: TaskStore, log: Log): Promise<void> {
  for (const id of store.unreadable) {
    log.warn(`${store.directoryOf(id)} has no readable record. Its processes are killed and the folder is removed.`)
  }
  await Promise.all(store.unreadable.map((id) => killTaskProcesses(store.directoryOf(id))))
  const running = store.all().filter((task) => task.lastStatus !== 'STOPPED')
  await Promise.all(running.map((task) => endTask(store, task.id, HOST_TERMINATED)))
  store.prune()
}
