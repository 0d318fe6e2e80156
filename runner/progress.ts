import type { Table } from '../shared/aws/clients.ts'
import { countCost } from '../shared/aws/ledger.ts'
import { transition } from '../shared/aws/variant-store.ts'
import { DomainError } from '../shared/errors.ts'
import type { GenerationRecord, Lease, Stage } from '../shared/generation.ts'
import type { Writes } from '../shared/lifecycle.ts'
import type { Log } from '../shared/log.ts'

type Report = Writes<'progress'>

/** What a stage reports. The counters and the running time are added here. */
type ProgressUpdate = Omit<Report, 'heartbeats' | 'progressSteps' | 'ranSeconds'> & { stage?: Stage }

/** What was noted but not written, without what describes work in progress. */
export type Unwritten = Omit<Partial<Report>, 'stage' | 'waitingReason'>

/** A running attempt's reports to its record. */
export interface Progress {
  /** Notes a step of real work. It is written soon. */
  note(update: ProgressUpdate): void
  /** Notes a page that was written and stored, which also resets the count of dead tasks. */
  notePage(update: ProgressUpdate): void
  /** Writes what was noted, now. With `last`, the attempt ends here. @throws DomainError `fenced` */
  flush(options?: { last: boolean }): Promise<void>
  /** Stops writing; nothing is written after it resolves. Returns what the final write must include. */
  stop(): Promise<Unwritten>
}

const WRITE_EVERY_MS = 500
const BEAT_EVERY_MS = 15_000

/**
 * Keeps one record in memory and writes it in one loop: at most twice a second when something has changed, otherwise as a
 * heartbeat. When a write is fenced off (by an abort or a newer attempt), `onFenced` is called once. The generation's cost is
 * added to the totals as soon as it is on the record.
 *
 * Each write counts the time until the next heartbeat in advance. If an attempt dies silently, none of its running time is lost,
 * and at most one interval is counted too much.
 */
export function startProgress(
  table: Table,
  lease: Lease & { me: string },
  claimed: Pick<GenerationRecord, 'heartbeats' | 'progressSteps'>,
  { log, ranSeconds, onFenced }: { log: Log; ranSeconds(): number; onFenced(): void },
): Progress {
  let pending: Partial<Report> = {}
  let dirty = true
  // Continues the counters of earlier attempts, so that a late write is recognised by its number.
  let { heartbeats, progressSteps } = claimed
  let countedUsd = 0
  let lastWrite = Date.now()
  let aheadMs = BEAT_EVERY_MS
  let waiting = 0
  let writing: Promise<void> = Promise.resolve()
  const timer = setInterval(() => {
    // Writes must not pile up while the store doesn't answer.
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
      ...pending,
      progressSteps,
      heartbeats: ++heartbeats,
      ranSeconds: Math.ceil(ranSeconds() + aheadMs / 1_000),
    }
    pending = {}
    dirty = false
    lastWrite = Date.now()
    try {
      const { applied, record } = await transition(table, 'progress', lease, report)
      if (!applied) throw new DomainError('fenced', {})
      await countIn(record)
    } catch (error) {
      // Not lost: the next write includes it, unless something newer was noted meanwhile.
      pending = { ...report, ...pending }
      throw error
    }
  }

  /** If this fails, the next write or the end of the attempt does it. */
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
      pending = { ...pending, ...step }
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
      const { stage, waitingReason, ...unwritten } = pending
      return unwritten
    },
  }
  return progress
}
