import { removeTree } from './remove-tree.ts'
import { killTaskProcesses } from './task-processes.ts'
import type { TaskRecord } from './task-record.ts'
import type { TaskStore } from './task-store.ts'

export type Ending = Pick<TaskRecord, 'stopCode' | 'stoppedReason' | 'exitCode' | 'containerReason'>

/** The end of every task when its host, which is this service, goes down. */
export const HOST_TERMINATED = {
  stopCode: 'TerminationNotice',
  stoppedReason: 'Host EC2 (instance local) terminated.',
} satisfies Ending

/** Ends a task whose main process is gone: kills the rest of its processes, then records and announces the end. */
export async function endTask(store: TaskStore, id: string, ending: Ending): Promise<void> {
  await killTaskProcesses(store.directoryOf(id))
  const task = store.get(id)
  const now = new Date()
  store.change(id, {
    ...ending,
    desiredStatus: 'STOPPED',
    lastStatus: 'DEPROVISIONING',
    stoppingAt: task.stoppingAt ?? now,
    executionStoppedAt: now,
    // The first reason wins: a task stopped by its user did not end by itself.
    stopCode: task.stopCode ?? ending.stopCode,
    stoppedReason: task.stoppedReason ?? ending.stoppedReason,
  })
  await removeWorkFiles(store, id)
  store.change(id, { lastStatus: 'STOPPED', stoppedAt: new Date() })
}

async function removeWorkFiles(store: TaskStore, id: string): Promise<void> {
  const { home, temporary } = store.pathsOf(id)
  // A file that cannot be removed must not keep the task from being stopped; it goes with the task's directory.
  await Promise.allSettled([home, temporary].map(removeTree))
}
