import { removeTree } from '../../../shared/remove-tree.ts'
import { killTaskProcesses } from './task-processes.ts'
import type { TaskRecord } from './task-record.ts'
import type { TaskStore } from './task-store.ts'

export type TaskEnd = Pick<TaskRecord, 'stopCode' | 'stoppedReason' | 'exitCode' | 'containerReason'>

/** How every task ends when its host goes down. The host is this service. */
export const HOST_TERMINATED = {
  stopCode: 'TerminationNotice',
  stoppedReason: 'Host EC2 (instance local) terminated.',
} satisfies TaskEnd

/** Ends a task whose main process has exited: kills its other processes, then records and announces the end. */
export async function endTask(store: TaskStore, id: string, ending: TaskEnd): Promise<void> {
  await killTaskProcesses(store.directoryOf(id))
  const task = store.get(id)
  const now = new Date()
  store.change(id, {
    ...ending,
    desiredStatus: 'STOPPED',
    lastStatus: 'DEPROVISIONING',
    stoppingAt: task.stoppingAt ?? now,
    executionStoppedAt: now,
    // The first reason wins: a task that was stopped on request did not exit by itself.
    stopCode: task.stopCode ?? ending.stopCode,
    stoppedReason: task.stoppedReason ?? ending.stoppedReason,
  })
  await removeWorkFiles(store, id)
  store.change(id, { lastStatus: 'STOPPED', stoppedAt: new Date() })
}

async function removeWorkFiles(store: TaskStore, id: string): Promise<void> {
  const { home, temporary } = store.pathsOf(id)
  // Ignore failures: the task must become STOPPED, and leftovers are removed with its directory.
  await Promise.allSettled([home, temporary].map(removeTree))
}
