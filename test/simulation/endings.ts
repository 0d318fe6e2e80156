import type { GenerationRecord } from '../../shared/generation.ts'
import type { SimulatedTask } from './ecs-double.ts'
import type { Item } from './expressions.ts'
import type { RunnerFacts } from './runner-double.ts'
import type { SimulatedProcess } from './simulated-process.ts'

type Row = Partial<GenerationRecord> & Item

interface Watched {
  /** The current time, in milliseconds. */
  time(): number
  limitMinutes(): number
  /** Sweeps that have run to their end. */
  sweeps(): number
  taskOf(record: Row): SimulatedTask | undefined
  fail(message: string): never
}

const GRACE_MS = 60_000
/** How late the last write may have arrived, and how far ahead of the clock the record may count. */
const LATE_SECONDS = 60
const AHEAD_SECONDS = 16
/** How long a runner may take to stop when its time limit is reached. */
const ENDING_SECONDS = 12
/**
 * A hung runner that ignores its time limit is left to the sweeper, which runs every minute. Sweeps are lost or die, too: the limit
 * holds once three of them have run to their end.
 */
const [HUNG_SECONDS, SWEEPS] = [180, 3]
/** A runner that was suspended counts at most a minute of that time. */
const PAUSE_SECONDS = 61
const [FAILURES, WAITS_FROM] = [3, 4]

/** Checks the consequences of a task's end against what really happened to the task, not against the record. */
export class Endings {
  readonly #watched: Watched
  readonly #failures = new Map<string, number>()
  readonly #hostEnds = new Map<string, number>()
  readonly #runners = new Map<string, RunnerFacts[]>()
  /** The number of sweeps when a generation passed its time limit. */
  readonly #sweepsBefore = new Map<string, number>()

  constructor(watched: Watched) {
    this.#watched = watched
  }

  applied(row: string, before: Row, after: Row, process: SimulatedProcess): void {
    const id = String(after.generationId)
    if (row === 'launch') this.#checkWait(before)
    if (row === 'claim') this.#claimed(id, before, process)
    if (row === 'progress') this.#reported(id, before, after, process)
    // A runner that ECS reported as ended notices at its next write.
    if (row === 'resume' || row === 'retry')
      for (const runner of this.#runnersOf(id)) runner.endedAt ??= this.#watched.time()
    if (row === 'resume') this.#resumed(id, before, after, process)
    if (row === 'retry' || row === 'giveUp') this.#counted(row, id, before)
  }

  /** Judges by the runner's own reports, which are verified when the next attempt begins. */
  #checkTimeLimit(id: string, after: Row): void {
    const most = this.#watched.limitMinutes() * 60 + AHEAD_SECONDS + ENDING_SECONDS
    const overtime = Number(after.ranSeconds) - most
    if (overtime <= 0) return
    const hung = this.#runnersOf(id).some(({ fate }) => fate === 'hang')
    const before = this.#sweepsBefore.get(id) ?? this.#watched.sweeps()
    this.#sweepsBefore.set(id, before)
    if (hung && (overtime <= HUNG_SECONDS || this.#watched.sweeps() < before + SWEEPS)) return
    this.#watched.fail('A generation ran past its time limit')
  }

  /** Whether the generation has reached its time limit, as far as its runners can tell. */
  reachedLimit(record: Row): boolean {
    const runners = this.#runnersOf(String(record.generationId))
    const pauses = runners.reduce((sum, { pauses: list }) => sum + list.length, 0)
    const tooMuch = AHEAD_SECONDS * runners.length + PAUSE_SECONDS * pauses
    return this.#ranSeconds(String(record.generationId)) + tooMuch >= this.#watched.limitMinutes() * 60
  }

  #runnersOf = (id: string): RunnerFacts[] => this.#runners.get(id) ?? []

  #ranSeconds = (id: string): number =>
    this.#runnersOf(id).reduce((sum, runner) => sum + secondsOf(runner, this.#watched.time()), 0)

  #claimed(id: string, before: Row, { facts }: SimulatedProcess): void {
    const runner = facts as RunnerFacts
    if (runner.claimedAt !== undefined) return
    const forgotten = this.#ranSeconds(id) - Number(before.ranSeconds)
    if (forgotten > LATE_SECONDS * this.#runnersOf(id).length) {
      this.#watched.fail(`${forgotten.toFixed()} s of earlier attempts were not counted`)
    }
    runner.claimedAt = this.#watched.time()
    this.#runners.set(id, [...this.#runnersOf(id), runner])
  }

  #reported(id: string, before: Row, after: Row, { facts }: SimulatedProcess): void {
    this.#checkTimeLimit(id, after)
    const { firstNewPage = Number.POSITIVE_INFINITY } = facts as RunnerFacts
    if (Number(after.donePages ?? 0) < firstNewPage) return
    if (after.deaths !== 0 || after.hostEnds !== 0) {
      // A write that is older than the page leaves the number of an earlier attempt, which may be the same.
      if (before.donePages === after.donePages) return
      this.#watched.fail('A page was stored, but earlier ends still count')
    }
    this.#failures.set(id, 0)
    this.#hostEnds.set(id, 0)
  }

  #resumed(id: string, before: Row, after: Row, process: SimulatedProcess): void {
    if (this.#failed(before) && !isLate(before, this.#watched.taskOf(before))) {
      this.#watched.fail('A failure was not counted')
    }
    const ends = (this.#hostEnds.get(id) ?? 0) + 1
    this.#hostEnds.set(id, ends)
    const seconds = ends < WAITS_FROM ? 0 : Math.min(300, 10 * 2 ** (ends - WAITS_FROM))
    const waits = after.notBefore ? (Date.parse(after.notBefore) - process.startedAt) / 1_000 : 0
    if (seconds > 0 && waits < seconds)
      this.#watched.fail(`After the host ended ${ends} tasks, the next attempt waits only ${waits} s`)
    if (seconds === 0 && after.notBefore) this.#watched.fail('The next attempt waits for no reason')
  }

  #checkWait({ notBefore }: Row): void {
    if (notBefore && Date.parse(notBefore) > this.#watched.time())
      this.#watched.fail('The next attempt started too early')
  }

  #counted(row: string, id: string, before: Row): void {
    if (!this.#failed(before)) this.#watched.fail(`${row}: an end by the host was counted as a failure`)
    const failures = (this.#failures.get(id) ?? 0) + 1
    this.#failures.set(id, failures)
    if ((row === 'giveUp') !== failures >= FAILURES) this.#watched.fail(`${row} after ${failures} failures in a row`)
  }

  /** A task that never started has not failed. */
  #failed = (before: Row): boolean =>
    before.hungReason !== undefined || this.#watched.taskOf(before)?.endedBy === 'itself'
}

/** Whether RunTask was in flight for longer than the sweeper's grace period, so that ECS may not show the task yet. */
const isLate = (before: Row, task: SimulatedTask | undefined): boolean =>
  (task?.createdAt ?? 0) - Date.parse(String(before.launchedAt)) > GRACE_MS

/** Seconds that a runner has run since its claim, without the time it was suspended. */
function secondsOf({ claimedAt, endedAt, pauses }: RunnerFacts, now: number): number {
  if (claimedAt === undefined) return 0
  const until = endedAt ?? now
  const stopped = pauses.reduce((sum, [from, to]) => sum + overlap([from, to], [claimedAt, until]), 0)
  return (until - claimedAt - stopped) / 1_000
}

const overlap = (a: readonly [number, number], b: readonly [number, number]): number =>
  Math.max(0, Math.min(a[1], b[1]) - Math.max(a[0], b[0]))
