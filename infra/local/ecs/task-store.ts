import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder, PASSABLE, PRIVATE } from '../data-dir.ts'
import type { Disk } from '../stores/disk.ts'
import type { EcsTaskStateChange } from './state-change.ts'
import { stateChangeOf } from './state-change-of.ts'
import { TaskRecord } from './task-record.ts'
import { writeAtomically } from './write-atomically.ts'

const HOUR = 3_600_000
const LOGS_KEPT = 50
const SAVE_AGAIN_MS = 1_000

type Change = Partial<Omit<TaskRecord, 'id' | 'version' | 'pendingEvents'>>

/**
 * The tasks, each in its own directory: `task.json`, `output.log`, and while it runs `home` and `tmp`. A state and the event that
 * announces it are written together, so neither can be lost without the other.
 *
 * A task is added only once it is on disk. Later changes take effect even if the disk can't be written, and are saved when it can. If
 * a crash comes first, the next start ends the task from the state on disk.
 */
export class TaskStore {
  /** Ids of directories without a usable record. */
  readonly unreadable: string[] = []
  readonly #directory: string
  readonly #disk: Disk
  readonly #tasks = new Map<string, TaskRecord>()
  /** Ids of tasks whose record on disk is out of date. */
  readonly #unsaved = new Set<string>()
  #saving: NodeJS.Timeout | undefined
  #onEvent: (id: string) => void = () => {}

  constructor(directory: string, disk: Disk) {
    this.#directory = directory
    this.#disk = disk
    mkdirSync(directory, { recursive: true })
    for (const id of readdirSync(directory)) this.#read(id)
  }

  /** Calls `listener` with a task's id for each of its new events. */
  listen(listener: (id: string) => void): void {
    this.#onEvent = listener
  }

  directoryOf(id: string): string {
    return join(this.#directory, id)
  }

  pathsOf(id: string) {
    const directory = this.directoryOf(id)
    return {
      record: join(directory, 'task.json'),
      log: join(directory, 'output.log'),
      home: join(directory, 'home'),
      temporary: join(directory, 'tmp'),
    }
  }

  /** All recorded tasks, oldest first. */
  all(): TaskRecord[] {
    return [...this.#tasks.values()].sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime())
  }

  /** The tasks that the API shows: running ones, and those that stopped less than an hour ago. */
  visible(): TaskRecord[] {
    return this.all().filter((task) => !stoppedLongAgo(task))
  }

  get(id: string): TaskRecord {
    const task = this.#tasks.get(id)
    if (!task) throw new Error(`Unknown task ${id}`)
    return task
  }

  /** Records a new task and creates its files. @throws the disk's error; the task then leaves nothing behind */
  add(task: TaskRecord): TaskRecord {
    const { home, temporary, log, record } = this.pathsOf(task.id)
    try {
      // A CLI that runs as another user (AI_CLI_UID) passes through these to its HOME.
      for (const folder of [this.directoryOf(task.id), temporary]) makeFolder(folder, PASSABLE)
      makeFolder(home, PRIVATE)
      closeSync(openSync(log, 'a', 0o600))
      const announced = { ...task, pendingEvents: [stateChangeOf(task)] }
      writeAtomically(record, announced)
      this.#tasks.set(task.id, announced)
    } catch (error) {
      this.#remove(task.id)
      throw error
    }
    this.#onEvent(task.id)
    return this.get(task.id)
  }

  /** Records a change, with an event that has a higher version. */
  change(id: string, change: Change): TaskRecord {
    const task = this.get(id)
    return this.#announce({ ...task, ...change, version: task.version + 1 })
  }

  /** A task's oldest undelivered event. */
  nextEvent(id: string): EcsTaskStateChange | undefined {
    return this.#tasks.get(id)?.pendingEvents[0]
  }

  /** Removes a delivered event. */
  delivered(id: string, eventId: string): void {
    const task = this.get(id)
    this.#write({ ...task, pendingEvents: task.pendingEvents.filter((event) => event.id !== eventId) })
  }

  /** Removes tasks that the API no longer shows, unless they have undelivered events or are among the last 50, whose logs are kept. */
  prune(): void {
    for (const id of this.unreadable.splice(0)) this.#remove(id)
    const stopped = this.all().filter((task) => task.lastStatus === 'STOPPED')
    for (const task of stopped.slice(0, -LOGS_KEPT)) {
      if (!stoppedLongAgo(task) || task.pendingEvents.length > 0) continue
      if (!this.#remove(task.id)) continue
      this.#tasks.delete(task.id)
      this.#unsaved.delete(task.id)
    }
  }

  /** Writes the records that are out of date on disk. */
  save(): void {
    for (const id of this.#unsaved) {
      try {
        writeAtomically(this.pathsOf(id).record, this.get(id))
        this.#unsaved.delete(id)
      } catch (error) {
        this.#disk.failed(error)
        this.#saving ??= setTimeout(() => {
          this.#saving = undefined
          this.save()
        }, SAVE_AGAIN_MS).unref()
        return
      }
    }
    this.#disk.succeeded()
  }

  #announce(task: TaskRecord): TaskRecord {
    const written = this.#write({ ...task, pendingEvents: [...task.pendingEvents, stateChangeOf(task)] })
    this.#onEvent(task.id)
    return written
  }

  #write(task: TaskRecord): TaskRecord {
    this.#tasks.set(task.id, task)
    this.#unsaved.add(task.id)
    this.save()
    return task
  }

  /** Returns false if it can't be removed at the moment. */
  #remove(id: string): boolean {
    try {
      rmSync(this.directoryOf(id), { recursive: true, force: true })
      return true
    } catch {
      return false
    }
  }

  #read(id: string): void {
    try {
      this.#tasks.set(id, TaskRecord.parse(JSON.parse(readFileSync(this.pathsOf(id).record, 'utf8'))))
    } catch {
      this.unreadable.push(id)
    }
  }
}

/** Whether a task stopped more than an hour ago. The API no longer shows it and its client token is invalid. */
export function stoppedLongAgo(task: TaskRecord): boolean {
  return task.stoppedAt !== undefined && Date.now() - task.stoppedAt.getTime() > HOUR
}
