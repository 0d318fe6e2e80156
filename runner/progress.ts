import type { Table } from '../shared/aws/clients.ts'
import { countCost } from '../shared/aws/ledger.ts'
import { transition } from '../shared/aws/variant-store.ts'
import { DomainError } from '../shared/errors.ts'
import type { GenerationRecord, Lease, Stage } from '../shared/generation.ts'
import type { Writes } from '../shared/lifecycle.ts'
import type { Log } from '../shared/log.ts'

type Report = Writes<'progress'>

/** What a stage tells of. How often, and for how long, is counted here. */
type News = Omit<Report, 'heartbeats' | 'progressSteps' | 'ranSeconds'> & { stage?: Stage }

/** What was noted and not written. What the attempt was doing is over. */
export type Unwritten = Omit<Partial<Report>, 'stage' | 'waitingReason'>

/** What a runner reports while it works. */
export interface Progress {
  /** Notes a step of real work, to be written soon. */
  note(news: News): void
  /** Likewise for a page that was made and stored: tasks that ended before it count no more. */
  notePage(news: News): void
  /** Writes what was noted, now; the `last` time, the attempt ends here. @throws DomainError `fenced` */
  flush(options?: { last: boolean }): Promise<void>
  /** Ends the writing; nothing is written after it resolves. Gives what a last write has to carry. */
  stop(): Promise<Unwritten>
}

const WRITE_EVERY_MS = 500
const BEAT_EVERY_MS = 15_000

/**
 * One record in memory, written by one loop: at most twice a second when there is news, and as a sign of life when there is
 * none. When a write is fenced off (an abort, a newer attempt) `onFenced` is called once. What the generation has cost is counted in
 * the sums as soon as its record says so.
 *
 * Each write puts the time until the next sign of life on the record in advance: of an attempt that dies without a word no second
 * is forgotten, and at most that time is counted too much.
 */
export function startProgress(
  table: Table,
  lease: Lease & { me: string },
  claimed: Pick<GenerationRecord, 'heartbeats' | 'progressSteps'>,
  { log, ranSeconds, onFenced }: { log: Log; ranSeconds(): number; onFenced(): void },
): Progress {
  let news: Partial<Report> = {}
  let dirty = true
  // On from those of the attempts before: a write that arrives late is known by its number.
  let { heartbeats, progressSteps } = claimed
  let countedUsd = 0
  let lastWrite = Date.now()
  let aheadMs = BEAT_EVERY_MS
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
    const report = {
      ...news,
      progressSteps,
      heartbeats: ++heartbeats,
      ranSeconds: Math.ceil(ranSeconds() + aheadMs / 1_000),
    }
    news = {}
    dirty = false
    lastWrite = Date.now()
    try {
      const { applied, record } = await transition(table, 'progress', lease, report)
      if (!applied) throw new DomainError('fenced', {})
      await countIn(record)
    } catch (error) {
      // Not lost: the next write carries it, unless something newer was noted meanwhile.
      news = { ...report, ...news }
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

  const progress: Progress = {
    note(step) {
      news = { ...news, ...step }
      progressSteps++
      dirty = true
    },
    notePage: (step) => progress.note({ ...step, deaths: 0, hostEnds: 0 }),
    flush({ last } = { last: false }) {
      if (last) aheadMs = 0
      return enqueue()
    },
    async stop() {
      clearInterval(timer)
      await writing.catch(() => undefined)
      const { stage, waitingReason, ...unwritten } = news
      return unwritten
    },
  }
  return progress
}
