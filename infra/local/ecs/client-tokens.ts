import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import type { Log } from '../../../shared/log.ts'
import { parseJson } from '../../../shared/parse-json.ts'
import { stoppedLongAgo, type TaskStore } from './task-store.ts'
import { isHalfWritten, writeAtomically } from './write-atomically.ts'

const DAY = 24 * 3_600_000

/** A RunTask request with a client token, and the tasks that it started. */
export type TokenUse = z.infer<typeof TokenUse>
export const TokenUse = z.object({
  clientToken: z.string(),
  request: z.record(z.string(), z.unknown()),
  taskIds: z.array(z.string()),
  usedAt: z.coerce.date(),
})

/**
 * The client tokens that are still valid: until an hour after the task has stopped, and at most 24 hours.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ECS_Idempotency.html
 */
export class ClientTokens {
  readonly #directory: string
  readonly #store: TaskStore
  readonly #uses = new Map<string, TokenUse>()

  constructor(directory: string, store: TaskStore, log: Log) {
    this.#directory = directory
    this.#store = store
    mkdirSync(directory, { recursive: true })
    for (const name of readdirSync(directory)) this.#read(join(directory, name), log)
    this.#prune()
  }

  find(clientToken: string): TokenUse | undefined {
    const use = this.#uses.get(clientToken)
    return use && this.#isValid(use) ? use : undefined
  }

  /** Call this before recording the tasks: a token whose tasks don't exist is invalid. */
  remember(use: TokenUse): void {
    this.#prune()
    writeAtomically(this.#fileOf(use.clientToken), use)
    this.#uses.set(use.clientToken, use)
  }

  #isValid(use: TokenUse): boolean {
    if (Date.now() - use.usedAt.getTime() > DAY) return false
    const tasks = this.#store.all().filter((task) => use.taskIds.includes(task.id))
    return use.taskIds.length === 0 || tasks.some((task) => !stoppedLongAgo(task))
  }

  #prune(): void {
    for (const use of this.#uses.values()) {
      if (this.#isValid(use)) continue
      rmSync(this.#fileOf(use.clientToken), { force: true })
      this.#uses.delete(use.clientToken)
    }
  }

  #fileOf(clientToken: string): string {
    return join(this.#directory, createHash('sha256').update(clientToken).digest('hex'))
  }

  #read(path: string, log: Log): void {
    const use = isHalfWritten(path) ? undefined : TokenUse.safeParse(parseJson(readFileSync(path, 'utf8')))
    if (use?.success) {
      this.#uses.set(use.data.clientToken, use.data)
      return
    }
    if (use) log.warn(`${path} is unreadable and was removed. If its request is repeated, it starts another task.`)
    rmSync(path, { force: true, recursive: true })
  }
}
