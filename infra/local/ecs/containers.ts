import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import pRetry from 'p-retry'
import { type Ending, endTask, HOST_TERMINATED } from './end-task.ts'
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

/** The tasks that this life has started, each a main process and whatever that starts. */
export class Containers {
  readonly #store: TaskStore
  readonly #endpointUrl: string
  readonly #running = new Map<string, Container>()
  readonly #lives = new Set<Promise<void>>()

  constructor(store: TaskStore, endpointUrl: string) {
    this.#store = store
    this.#endpointUrl = endpointUrl
    process.on('exit', this.#killAll)
  }

  /** Starts a recorded task. One that cannot start is recorded as stopped. */
  start(task: TaskRecord, definition: LocalTaskDefinition): void {
    const life = this.#live(task, definition).finally(() => this.#lives.delete(life))
    this.#lives.add(life)
  }

  /** SIGTERM to the main process, as `docker stop` does; after the time-out SIGKILL to everything of the task. */
  stop(id: string, reason: Ending, timeoutSeconds = this.#running.get(id)?.stopTimeoutSeconds): void {
    const container = this.#running.get(id)
    if (!container || timeoutSeconds === undefined) return
    if (this.#store.get(id).desiredStatus === 'RUNNING') {
      const stopping = { desiredStatus: 'STOPPED', lastStatus: 'STOPPING', stoppingAt: new Date() } as const
      this.#store.change(id, { ...stopping, ...reason })
      container.child.kill('SIGTERM')
    }
    clearTimeout(container.killTimer)
    // What else belongs to the task follows its main process.
    container.killTimer = setTimeout(() => container.child.kill('SIGKILL'), timeoutSeconds * 1000)
  }

  /** Stops every task; resolves when all are recorded as stopped with their host. */
  async stopAll(graceSeconds: number): Promise<void> {
    for (const id of this.#running.keys()) this.stop(id, HOST_TERMINATED, graceSeconds)
    await Promise.all(this.#lives)
    process.off('exit', this.#killAll)
  }

  /** When this process ends in a hurry or by an error: no task goes on without it. */
  readonly #killAll = (): void => {
    killTaskProcessesNow([...this.#running.keys()].map((id) => this.#store.directoryOf(id)))
  }

  async #live(task: TaskRecord, definition: LocalTaskDefinition): Promise<void> {
    this.#store.change(task.id, { lastStatus: 'PENDING' })
    const ending = await this.#runMainProcess(task, definition).catch(failedStart)
    clearTimeout(this.#running.get(task.id)?.killTimer)
    this.#running.delete(task.id)
    // A full disk may have room again. What cannot be recorded now is found and reported by the next start.
    await pRetry(() => endTask(this.#store, task.id, ending), { retries: 20, maxTimeout: 5_000 }).catch(() => undefined)
    this.#store.prune()
  }

  async #runMainProcess(task: TaskRecord, definition: LocalTaskDefinition): Promise<Ending> {
    const child = spawnTask(this.#store, task, definition, this.#endpointUrl)
    if (child.pid !== undefined) {
      this.#store.change(task.id, { lastStatus: 'RUNNING', startedAt: new Date(), pid: child.pid })
      this.#running.set(task.id, { child, stopTimeoutSeconds: definition.stopTimeoutSeconds })
    }
    const [code, signal] = await once(child, 'exit')
    return exited(code, signal)
  }
}

function exited(code: number | null, signal: NodeJS.Signals | null): Ending {
  const exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0)
  return { stopCode: 'EssentialContainerExited', stoppedReason: 'Essential container in task exited', exitCode }
}

function failedStart(error: Error): Ending {
  const reason = `CannotStartContainerError: ${error.message}`
  return { stopCode: 'TaskFailedToStart', stoppedReason: reason, containerReason: reason }
}
