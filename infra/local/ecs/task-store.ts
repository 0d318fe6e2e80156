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
 * The tasks, each in a directory of its own: `task.json`, `output.log`, and `home` and `tmp` while it lives. A state
 * and the event that announces it are written in one stroke, so neither can be lost without the other.
 *
 * A task is added only when it is on disk. What happens to it later goes on while the disk cannot be written: the record
 * follows when it can, and after a crash the next start ends the task as its record knows it.
 */
export class TaskStore {
  /** Ids of directories without a usable record. */
  readonly unreadable: string[] = []
  readonly #directory: string
  readonly #disk: Disk
  readonly #tasks = new Map<string, TaskRecord>()
  /** Ids of tasks whose record on disk is behind. */
  readonly #unsaved = new Set<string>()
  #saving: NodeJS.Timeout | undefined
  #onEvent: (id: string) => void = () => {}

  constructor(directory: string, disk: Disk) {
    this.#directory = directory
    this.#disk = disk
    mkdirSync(directory, { recursive: true })
    for (const id of readdirSync(directory)) this.#read(id)
  }

  /** Calls `listener` with a task's id whenever it has a new event. */
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

  /** All tasks on record, the oldest first. */
  all(): TaskRecord[] {
    return [...this.#tasks.values()].sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime())
  }

  /** The tasks that the API still shows: those that run, and the stopped ones for an hour. */
  visible(): TaskRecord[] {
    return this.all().filter((task) => !stoppedLongAgo(task))
  }

  get(id: string): TaskRecord {
    const task = this.#tasks.get(id)
    if (!task) throw new Error(`There is no task ${id}`)
    return task
  }

  /** Records a new task, and makes its files. @throws the disk's error; nothing is left of the task then */
  add(task: TaskRecord): TaskRecord {
    const { home, temporary, log, record } = this.pathsOf(task.id)
    try {
      // A CLI of another user (AI_CLI_UID) goes through two of them to its own HOME.
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

  /** Records a change, and an event with a higher version. */
  change(id: string, change: Change): TaskRecord {
    const task = this.get(id)
    return this.#announce({ ...task, ...change, version: task.version + 1 })
  }

  /** The oldest event of a task that nobody has received. */
  nextEvent(id: string): EcsTaskStateChange | undefined {
    return this.#tasks.get(id)?.pendingEvents[0]
  }

  /** Forgets an event that was received. */
  delivered(id: string, eventId: string): void {
    const task = this.get(id)
    this.#write({ ...task, pendingEvents: task.pendingEvents.filter((event) => event.id !== eventId) })
  }

  /** Removes tasks that the API no longer shows, except for undelivered events and the latest logs. */
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

  /** Writes what could not be written before. */
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
    this.#disk.works()
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

  /** False when it cannot be removed for now. */
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

/** Whether a task stopped more than an hour ago: the API and its client token have then forgotten it. */
export function stoppedLongAgo(task: TaskRecord): boolean {
  return task.stoppedAt !== undefined && Date.now() - task.stoppedAt.getTime() > HOUR
}
