import type { GenerationRecord } from '../../shared/generation.ts'
import type { SimulatedTask } from './ecs-double.ts'
import type { Item } from './expressions.ts'
import type { RunnerFacts } from './runner-double.ts'
import type { SimulatedProcess } from './simulated-process.ts'

type Row = Partial<GenerationRecord> & Item

interface Watched {
  /** The clock. */
  time(): number
  limitMinutes(): number
  taskOf(record: Row): SimulatedTask | undefined
  fail(message: string): never
}

const GRACE_MS = 60_000
/** What was written last may have been under way for so long, and puts 15 s on the record in advance. */
const LATE_SECONDS = 60
const AHEAD_SECONDS = 16
/** What a runner may take to end its work when its time is used up. */
const ENDING_SECONDS = 12
/** One that does not end although its time is used up is left to the sweeper, which comes every minute. */
const HUNG_SECONDS = 180
/** A runner that is stopped for a while counts a minute of it. */
const PAUSE_SECONDS = 61
const [FAILURES, WAITS_FROM] = [3, 4]

/** What the ends of its tasks may do to a generation, by what really happened to each task, not by what the record says. */
export class Endings {
  readonly #watched: Watched
  readonly #failures = new Map<string, number>()
  readonly #hostEnds = new Map<string, number>()
  readonly #runners = new Map<string, RunnerFacts[]>()

  constructor(watched: Watched) {
    this.#watched = watched
  }

  applied(row: string, before: Row, after: Row, process: SimulatedProcess): void {
    const id = String(after.generationId)
    if (row === 'launch') this.#mayBeLaunched(before)
    if (row === 'claim') this.#claimed(id, before, process)
    if (row === 'progress') this.#reported(id, after, process)
    // A runner that goes on although ECS says that it is over hears of it at its next write.
    if (row === 'resume' || row === 'retry')
      for (const runner of this.#runnersOf(id)) runner.endedAt ??= this.#watched.time()
    if (row === 'resume') this.#resumed(id, before, after, process)
    if (row === 'retry' || row === 'giveUp') this.#counted(row, id, before)
  }

  /** By its own reports: that these are true is seen when the next attempt begins. */
  #isWithinItsTime(id: string, after: Row): void {
    const hung = this.#runnersOf(id).some(({ fate }) => fate === 'hang') ? HUNG_SECONDS : 0
    const most = this.#watched.limitMinutes() * 60 + AHEAD_SECONDS + ENDING_SECONDS + hung
    if (Number(after.ranSeconds) > most) this.#watched.fail('A generation goes on beyond its time')
  }

  /** Whether it has run for as long as it may, as far as its runners can tell. */
  isOver(record: Row): boolean {
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
      this.#watched.fail(`${forgotten.toFixed()} s of the attempts before are forgotten`)
    }
    runner.claimedAt = this.#watched.time()
    this.#runners.set(id, [...this.#runnersOf(id), runner])
  }

  #reported(id: string, after: Row, { facts }: SimulatedProcess): void {
    this.#isWithinItsTime(id, after)
    const { firstNewPage = Number.POSITIVE_INFINITY } = facts as RunnerFacts
    if (Number(after.donePages ?? 0) < firstNewPage) return
    if (after.deaths !== 0 || after.hostEnds !== 0)
      this.#watched.fail('A page was stored, and the ends before it count')
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
    if (seconds > 0 && waits < seconds) this.#watched.fail(`After ${ends} ends by the host it waits ${waits} s`)
    if (seconds === 0 && after.notBefore) this.#watched.fail('It waits without need')
  }

  #mayBeLaunched({ notBefore }: Row): void {
    if (notBefore && Date.parse(notBefore) > this.#watched.time()) this.#watched.fail('The next attempt came too soon')
  }

  #counted(row: string, id: string, before: Row): void {
    if (!this.#failed(before)) this.#watched.fail(`${row}: what the host did was counted`)
    const failures = (this.#failures.get(id) ?? 0) + 1
    this.#failures.set(id, failures)
    if ((row === 'giveUp') !== failures >= FAILURES) this.#watched.fail(`${row} after ${failures} failures in a row`)
  }

  /** A task that nobody ever started has not failed. */
  #failed = (before: Row): boolean =>
    before.hungReason !== undefined || this.#watched.taskOf(before)?.endedBy === 'itself'
}

/** A request for it that was under way for longer than the sweeper waits: ECS may not have shown it yet. */
const isLate = (before: Row, task: SimulatedTask | undefined): boolean =>
  (task?.createdAt ?? 0) - Date.parse(String(before.launchedAt)) > GRACE_MS

/** Seconds that a runner has run since its claim; while it was stopped it did not. */
function secondsOf({ claimedAt, endedAt, pauses }: RunnerFacts, now: number): number {
  if (claimedAt === undefined) return 0
  const until = endedAt ?? now
  const stopped = pauses.reduce((sum, [from, to]) => sum + overlap([from, to], [claimedAt, until]), 0)
  return (until - claimedAt - stopped) / 1_000
}

const overlap = (a: readonly [number, number], b: readonly [number, number]): number =>
  Math.max(0, Math.min(a[1], b[1]) - Math.max(a[0], b[0]))
