import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import pRetry from 'p-retry'
import { endTask, HOST_TERMINATED, type TaskEnd } from './end-task.ts'
import { killTaskProcessesNow } from './kill-task-processes.ts'
import type { LocalTaskDefinition } from './options.ts'
import { spawnTask } from './spawn-task.ts'
import type { TaskRecord } from './task-record.ts'
import type { TaskStore } from './task-store.ts'

interface Container {
  child: ChildProcess
  stopTimeoutSeconds: number
  killTimer?: NodeJS.Timeout
}

/** The tasks started by this process. Each is a main process with everything that it starts. */
export class Containers {
  readonly #store: TaskStore
  readonly #endpointUrl: string
  readonly #running = new Map<string, Container>()
  readonly #runs = new Set<Promise<void>>()

  constructor(store: TaskStore, endpointUrl: string) {
    this.#store = store
    this.#endpointUrl = endpointUrl
    process.on('exit', this.#killAll)
  }

  /** Starts a recorded task. If it can't start, records it as stopped. */
  start(task: TaskRecord, definition: LocalTaskDefinition): void {
    const run = this.#run(task, definition).finally(() => this.#runs.delete(run))
    this.#runs.add(run)
  }

  /** Sends SIGTERM to the main process, as `docker stop` does, and after the time-out SIGKILL to the whole task. */
  stop(id: string, reason: TaskEnd, timeoutSeconds = this.#running.get(id)?.stopTimeoutSeconds): void {
    const container = this.#running.get(id)
    if (!container || timeoutSeconds === undefined) return
    if (this.#store.get(id).desiredStatus === 'RUNNING') {
      const stopping = { desiredStatus: 'STOPPED', lastStatus: 'STOPPING', stoppingAt: new Date() } as const
      this.#store.change(id, { ...stopping, ...reason })
      container.child.kill('SIGTERM')
    }
    clearTimeout(container.killTimer)
    // When the main process exits, the rest of the task is killed too.
    container.killTimer = setTimeout(() => container.child.kill('SIGKILL'), timeoutSeconds * 1000)
  }

  /** Stops every task. Resolves when all are recorded as stopped because of their host. */
  async stopAll(graceSeconds: number): Promise<void> {
    for (const id of this.#running.keys()) this.stop(id, HOST_TERMINATED, graceSeconds)
    await Promise.all(this.#runs)
    process.off('exit', this.#killAll)
  }

  /** On any exit of this process: no task may outlive it. */
  readonly #killAll = (): void => {
    killTaskProcessesNow([...this.#running.keys()].map((id) => this.#store.directoryOf(id)))
  }

  async #run(task: TaskRecord, definition: LocalTaskDefinition): Promise<void> {
    this.#store.change(task.id, { lastStatus: 'PENDING' })
    const ending = await this.#runMainProcess(task, definition).catch(failedStart)
    clearTimeout(this.#running.get(task.id)?.killTimer)
    this.#running.delete(task.id)
    // Retry: a full disk may get room. If the end can't be recorded, the next start finds the task and records it.
    await pRetry(() => endTask(this.#store, task.id, ending), { retries: 20, maxTimeout: 5_000 }).catch(() => undefined)
    this.#store.prune()
  }

  async #runMainProcess(task: TaskRecord, definition: LocalTaskDefinition): Promise<TaskEnd> {
    const child = spawnTask(this.#store, task, definition, this.#endpointUrl)
    if (child.pid !== undefined) {
      this.#store.change(task.id, { lastStatus: 'RUNNING', startedAt: new Date(), pid: child.pid })
      this.#running.set(task.id, { child, stopTimeoutSeconds: definition.stopTimeoutSeconds })
    }
    const [code, signal] = await once(child, 'exit')
    return exited(code, signal)
  }
}

function exited(code: number | null, signal: NodeJS.Signals | null): TaskEnd {
  const exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0)
  return { stopCode: 'EssentialContainerExited', stoppedReason: 'Essential container in task exited', exitCode }
}

function failedStart(error: Error): TaskEnd {
  const reason = `CannotStartContainerError: ${error.message}`
  return { stopCode: 'TaskFailedToStart', stoppedReason: reason, containerReason: reason }
}
