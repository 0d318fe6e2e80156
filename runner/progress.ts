import type { Table } from '../shared/aws/clients.ts'
import { type Changes, move } from '../shared/aws/variant-store.ts'
import { DomainError } from '../shared/errors.ts'
import type { Lease } from '../shared/generation.ts'
import type { Stage } from '../shared/lifecycle.ts'
import type { Log } from '../shared/log.ts'

/** What a runner reports while it works. */
export interface Progress {
  /** Notes a step of real work, to be written soon. */
  note(changes: Changes & { stage?: Stage }): void
  /** Writes what was noted, now. @throws DomainError `fenced` */
  flush(): Promise<void>
  /** Ends the writing; nothing is written after it resolves. */
  stop(): Promise<void>
}

const WRITE_EVERY_MS = 500
const BEAT_EVERY_MS = 15_000

/**
 * One record in memory, written by one loop: at most twice a second when there is news, and as a sign of life when there is
 * none. When a write is fenced off (an abort, a newer attempt) `onFenced` is called once.
 */
export function startProgress(
  table: Table,
  lease: Lease & { me: string },
  { log, onFenced }: { log: Log; onFenced(): void },
): Progress {
  let news: Changes = {}
  let dirty = false
  let beats = 0
  let steps = 0
  let lastWrite = Date.now()
  let waiting = 0
  let writing: Promise<void> = Promise.resolve()
  const timer = setInterval(() => {
    // While a store does not answer its writes must not pile up.
    if (waiting > 0) return
    if (dirty || Date.now() - lastWrite >= BEAT_EVERY_MS) void enqueue().catch(reportFailure)
  }, WRITE_EVERY_MS)

  const enqueue = (): Promise<void> => {
    waiting++
    writing = writing
      .catch(() => undefined)
      .then(write)
      .finally(() => waiting--)
    return writing
  }

  async function write(): Promise<void> {
    const changes = { ...news, steps, beats: ++beats }
    news = {}
    dirty = false
    lastWrite = Date.now()
    try {
      const { moved } = await move(table, 'progress', lease, changes)
      if (!moved) throw new DomainError('fenced', {})
    } catch (error) {
      // Not lost: the next write carries it, unless something newer was noted meanwhile.
      news = { ...changes, ...news }
      throw error
    }
  }

  function reportFailure(error: unknown): void {
    if (error instanceof DomainError && error.code === 'fenced') {
      clearInterval(timer)
      onFenced()
    } else {
      dirty = true
      log.warn('progress could not be written; trying again', { error })
    }
  }

  return {
    note(changes) {
      news = { ...news, ...changes }
      steps++
      dirty = true
    },
    flush: enqueue,
    async stop() {
      clearInterval(timer)
      await writing.catch(() => undefined)
    },
  }
}
