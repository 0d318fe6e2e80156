import { Seeded } from '../support/seeded.ts'
import { labelOf, type Service } from './labels.ts'
import { drained, runAs, SimulatedProcess } from './simulated-process.ts'

/** A request in flight from a process to a service. */
export interface Call {
  process: SimulatedProcess
  service: Service
  name: string
  /** The request's purpose, as named in the matrix. */
  label: string
  input: object
  tries: number
  notBefore: number
  resolve: (reply: unknown) => void
  reject: (error: unknown) => void
}

export interface Timer {
  due: number
  order: number
  process: SimulatedProcess | undefined
  run: () => void
  every: number | undefined
}

/** Fault rates, each a probability per call. */
export interface Faults {
  /** The request or its reply is lost, and the SDK retries. */
  lost: number
  /** Every try is lost, so the SDK gives up. */
  broken: number
  crash: number
  /** The call is delayed by seconds. */
  slow: number
  /** A duplicate of the request arrives seconds later. */
  ghost: number
  /** A read may return old data. */
  stale: number
}

export const NO_FAULTS: Faults = { lost: 0, broken: 0, crash: 0, slow: 0, ghost: 0, stale: 0 }

/** Multiplies the crash rate after rare calls, so that a run reaches every crash point. */
const crashWeights: Record<string, number> = {
  'abort: DescribeTasks': 8,
  'abort: Delete SLOTS': 10,
  'abort: StopTask': 4,
  'abort: Query projectByChange': 5,
  'abort: Query CHANGES': 8,
  'abort: BatchGet VARIANT': 8,
  'delete: Get COST': 5,
  'delete: Get SPENDING': 8,
  'delete: Put COST': 40,
  'delete: Put VARIANT': 6,
  'delete: Put KNOWN-DUE': 10,
  'delete: Get KNOWN': 12,
  'delete: Get KNOWN-FROM': 7,
  'delete: Query KNOWN-FROM': 24,
  'delete: Delete KNOWN-FROM': 15,
  'delete: Delete KNOWN': 40,
  'delete: BatchGet VARIANT': 2,
  'delete: Update SPENDING': 30,
  'delete: Update unmark': 5,
  'delete: DeleteObjects': 10,
  'delete: ListObjectsV2': 3,
  'delete: Query projectByChange': 5,
  'dispatch: Delete SLOTS': 5,
  'dispatch: StopTask': 250,
  'dispatch: Update fail': 90,
  'dispatch: Update refuse': 5,
  'generate: Delete GENERATION': 4,
  'generate: Get SPENDING': 3,
  'generate: Put COST': 8,
  'generate: Update SPENDING': 12,
  'runner: Get VARIANT': 5,
  'runner: Put CLEANUP': 200,
  'runner: Put KNOWN-DUE': 3,
  'runner: Put COST': 4,
  'runner: PutObject': 0.5,
  'runner: Update close': 3,
  'runner: Update confirmAbort': 10,
  'runner: Update fail': 12,
  'runner: Update unmark': 2,
  'runner: Update progress': 0.3,
  'runner: Update publish': 3,
  'runner: Update upToDate': 40,
  'sweep: Delete CLEANUP': 4,
  'sweep: Delete KNOWN-DUE': 8,
  'sweep: Delete SLOTS': 8,
  'sweep: DeleteObjects': 15,
  'sweep: Put ALL-BOOKED': 3,
  'sweep: Put COST': 4,
  'sweep: Put WAITING': 3,
  'sweep: StopTask': 10,
  'sweep: Update SPENDING': 6,
  'sweep: Update confirmAbort': 15,
  'sweep: Update fail': 600,
  'sweep: Update giveUp': 240,
  'sweep: Update condemn': 100,
  'sweep: Update resume': 4,
  'sweep: Update retry': 8,
  'task-stopped: Update confirmAbort': 15,
  'task-stopped: Update giveUp': 20,
  'task-stopped: Put WAITING': 4,
  'task-stopped: Update resume': 3,
  'task-stopped: Update retry': 4,
}

/** The same for lost replies. */
const lostReplyWeights: Record<string, number> = {
  'Update fail': 6,
  'Update giveUp': 8,
  'Update condemn': 24,
  'Update upToDate': 10,
  'Update observe': 3,
  'Update prioritize': 6,
  'Update refuse': 3,
  'Update publish': 2,
  'Put VARIANT': 4,
}

/** The SDK's total number of tries. */
const TRIES = 3

/** Counts a hit of a cell of the matrix. */
export type Count = (group: string, cell: string) => void

/** The world of one history: processes with their calls and timers, one clock and one source of randomness. */
export class World {
  readonly random: Seeded
  /** The current time, in milliseconds. */
  time = Date.parse('2027-01-01T00:00:00Z')
  faults: Faults = NO_FAULTS
  readonly calls: Call[] = []
  readonly processes = new Set<SimulatedProcess>()
  readonly services = {} as Record<Service, (call: Call) => unknown>
  /** Called after every step, to check the invariants. */
  check: () => void = () => {}
  /** Called for every call, before its effect. */
  onCall: (call: Call) => void = () => {}
  /** The call that is being carried out. */
  active: Call | undefined
  readonly #trace: [time: number, text: string][] = []
  readonly count: Count
  #timers: Timer[] = []
  #order = 0
  #ids = 0

  constructor(seed: number, count: Count) {
    this.random = new Seeded(seed)
    this.count = count
  }

  get trace(): string[] {
    return this.#trace.map(([time, text]) => `${new Date(time).toISOString().slice(11, 23)} ${text}`)
  }

  note(text: string): void {
    this.#trace.push([this.time, text])
  }

  /** Starts a process. `ended` gets its result, unless it is killed. */
  start(
    kind: string,
    facts: Record<string, unknown>,
    run: (process: SimulatedProcess) => Promise<unknown>,
    ended: (result: { value: unknown } | { error: unknown }) => void = () => {},
  ): SimulatedProcess {
    const process = new SimulatedProcess(this, ++this.#ids, kind, facts)
    this.processes.add(process)
    this.note(`${process} starts`)
    const end = (result: { value: unknown } | { error: unknown }) => {
      if (!process.alive) return
      this.note(`${process} ends ${'error' in result ? `with ${result.error}` : ''}`)
      this.remove(process)
      ended(result)
    }
    void runAs(process, async () => await run(process)).then(
      (value) => end({ value }),
      (error) => end({ error }),
    )
    return process
  }

  /** SIGKILL, or a Lambda's timeout: the process never continues. Requests it has sent may still arrive. */
  kill(process: SimulatedProcess, why: string): void {
    if (!process.alive) return
    this.note(`${process} is killed: ${why}`)
    this.remove(process)
    const killed = process.facts.onKilled
    if (typeof killed === 'function') killed()
  }

  private remove(process: SimulatedProcess): void {
    process.alive = false
    this.processes.delete(process)
    this.#timers = this.#timers.filter((timer) => timer.process !== process)
    for (let index = this.calls.length - 1; index >= 0; index--) {
      if (this.calls[index]?.process === process) this.calls.splice(index, 1)
    }
  }

  /** The `send` of a process's clients. */
  send(process: SimulatedProcess, service: Service, name: string, input: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (!process.alive) return
      const label = labelOf(service, name, input)
      const notBefore = this.random.chance(this.faults.slow) ? this.time + this.random.between(1, 8_000) : 0
      this.calls.push({ process, service, name, label, input, tries: 0, notBefore, resolve, reject })
    })
  }

  addTimer(process: SimulatedProcess | undefined, ms: number, run: () => void, repeat = false): Timer {
    const every = repeat ? Math.max(1, ms) : undefined
    const timer = { due: this.time + Math.max(0, ms), order: this.#order++, process, run, every }
    if (process?.alive !== false) this.#timers.push(timer)
    return timer
  }

  removeTimer(timer: object): void {
    this.#timers = this.#timers.filter((candidate) => candidate !== timer)
  }

  /** A timer of the world itself, such as the start of a task or the arrival of an event. */
  after = (ms: number, run: () => void): Timer => this.addTimer(undefined, ms, run)

  /** Runs until the clock reaches `until`. */
  async runUntil(until: number): Promise<void> {
    while (await this.step(until)) {}
    this.time = Math.max(this.time, until)
  }

  async runFor(ms: number): Promise<void> {
    await this.runUntil(this.time + ms)
  }

  /** Carries out the next call or timer; false if nothing is due before `until`. */
  async step(until = Number.POSITIVE_INFINITY): Promise<boolean> {
    const timer = this.#nextTimer()
    if (timer && timer.due <= this.time) {
      await this.#fire(timer)
      return true
    }
    const ready = this.calls.filter(({ process, notBefore }) => process.running && notBefore <= this.time)
    if (ready.length > 0) {
      if (this.time > until) return false
      await this.carryOut(this.random.pick(ready))
      this.time += this.random.between(1, 12)
      return true
    }
    const waiting = this.calls.filter(({ process }) => process.alive)
    const next = Math.min(
      timer?.due ?? Number.POSITIVE_INFINITY,
      ...waiting.map(({ notBefore, process }) => Math.max(notBefore, process.pausedUntil)),
    )
    if (next > until || next === Number.POSITIVE_INFINITY) return false
    this.time = Math.max(this.time, next)
    return true
  }

  /** The timer that is due first, considering suspended processes. */
  #nextTimer(): Timer | undefined {
    let first: Timer | undefined
    for (const timer of this.#timers) {
      const due = Math.max(timer.due, timer.process?.pausedUntil ?? 0)
      const firstDue = first ? Math.max(first.due, first.process?.pausedUntil ?? 0) : Number.POSITIVE_INFINITY
      if (due < firstDue || (due === firstDue && first && timer.order < first.order)) first = timer
    }
    if (first?.process && first.process.pausedUntil > first.due) first.due = first.process.pausedUntil
    return first
  }

  async #fire(timer: Timer): Promise<void> {
    if (timer.every === undefined) this.removeTimer(timer)
    else timer.due = this.time + timer.every
    const { process } = timer
    const before = this.calls.length
    if (process) runAs(process, timer.run)
    else timer.run()
    // A repeating timer that sent nothing has started nothing.
    if (timer.every === undefined || this.calls.length !== before) await drained()
    else await Promise.resolve()
    this.check()
  }

  /** Carries out a call, possibly with a fault. */
  async carryOut(call: Call, { faultless = false } = {}): Promise<void> {
    this.calls.splice(this.calls.indexOf(call), 1)
    this.onCall(call)
    const fault = faultless ? 'none' : this.#faultFor(call)
    if (fault === 'lost before' || fault === 'broken before') this.#lose(call, fault)
    else {
      const outcome = this.#effect(call)
      if (fault === 'lost after' || fault === 'broken after') this.#lose(call, fault)
      else if (fault === 'crash') {
        this.count('crash after', `${call.process.kind}: ${call.label}`)
        this.kill(call.process, `after ${call.label}`)
      } else this.#answer(call, outcome)
    }
    await drained()
    this.check()
  }

  #faultFor(call: Call): string {
    const { random, faults } = this
    if (random.chance(faults.crash * (crashWeights[`${call.process.kind}: ${call.label}`] ?? 1))) return 'crash'
    if (random.chance(faults.lost * (lostReplyWeights[call.label] ?? 1)))
      return random.chance(0.3) ? 'lost before' : 'lost after'
    if (random.chance(faults.broken)) return random.chance(0.5) ? 'broken before' : 'broken after'
    if (random.chance(faults.ghost) && call.service !== 'ecs') {
      this.count('duplicate', 'a late duplicate of a request')
      this.after(random.between(100, 20_000), () => {
        this.note(`${call.process} ${call.label} arrives again`)
        this.#effect(call)
      })
    }
    return 'none'
  }

  #effect(call: Call): { reply: unknown } | { error: unknown } {
    this.active = call
    try {
      const reply = this.services[call.service](call)
      this.note(`${call.process} ${call.label}`)
      return { reply }
    } catch (error) {
      this.note(`${call.process} ${call.label} → ${error instanceof Error ? error.name : error}`)
      return { error }
    } finally {
      this.active = undefined
    }
  }

  #answer({ resolve, reject }: Call, outcome: { reply: unknown } | { error: unknown }): void {
    if ('error' in outcome) reject(outcome.error)
    else resolve(outcome.reply)
  }

  /** The call gets no reply: the SDK retries, and gives up after the third try. */
  #lose(call: Call, fault: string): void {
    const tries = fault.startsWith('broken') ? TRIES : call.tries + 1
    this.note(`${call.process} ${call.label} ${fault}`)
    if (fault.endsWith('after')) this.count('duplicate', `a repeat of ${call.label} whose reply was lost`)
    if (tries >= TRIES) call.reject(noAnswer())
    else this.calls.push({ ...call, tries, notBefore: this.time + this.random.between(20, 400) })
  }
}

/** The SDK's error when it gives up. Every SDK error has `$metadata`. */
const noAnswer = () =>
  Object.assign(new Error('no answer'), { name: 'TimeoutError', $metadata: { attempts: TRIES, totalRetryDelay: 500 } })
