import type { Table } from '../shared/aws/clients.ts'
import { countCost } from '../shared/aws/ledger.ts'
import { type Changes, move } from '../shared/aws/variant-store.ts'
import { DomainError } from '../shared/errors.ts'
import type { GenerationRecord, Lease } from '../shared/generation.ts'
import type { Stage } from '../shared/lifecycle.ts'
import type { Log } from '../shared/log.ts'

/** What a runner reports while it works. */
export interface Progress {
  /** Notes a step of real work, to be written soon. */
  note(changes: Changes & { stage?: Stage }): void
  /** Writes what was noted, now. @throws DomainError `fenced` */
  flush(): Promise<void>
  /** Ends the writing; nothing is written after it resolves. Gives what was noted and not written, for a last write to carry. */
  stop(): Promise<Changes>
}

const WRITE_EVERY_MS = 500
const BEAT_EVERY_MS = 15_000

/**
 * One record in memory, written by one loop: at most twice a second when there is news, and as a sign of life when there is
 * none. When a write is fenced off (an abort, a newer attempt) `onFenced` is called once. What the generation has cost is counted in
 * the sums as soon as its record says so.
 */
export function startProgress(
  table: Table,
  lease: Lease & { me: string },
  claimed: Pick<GenerationRecord, 'beats' | 'steps'>,
  { log, onFenced }: { log: Log; onFenced(): void },
): Progress {
  let news: Changes = {}
  let dirty = false
  // On from those of the attempts before: a write that arrives late is known by its number.
  let { beats, steps } = claimed
  let countedUsd = 0
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
      const { moved, record } = await move(table, 'progress', lease, changes)
      if (!moved) throw new DomainError('fenced', {})
      await countIn(record)
    } catch (error) {
      // Not lost: the next write carries it, unless something newer was noted meanwhile.
      news = { ...changes, ...news }
      throw error
    }
  }

  /** If it fails, the next write's does it, or the end's. */
  async function countIn(record: GenerationRecord): Promise<void> {
    const { costUsd = 0 } = record
    if (costUsd === countedUsd) return
    try {
      await countCost(table, record)
      countedUsd = costUsd
    } catch (error) {
      log.warn('the cost could not be counted; trying again', { error })
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
      return news
    },
  }
}
