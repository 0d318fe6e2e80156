import { DEFAULT_BRANCH_KEY, type Variant, variantKey } from '../../shared/variant.ts'
import type { Mood, SimulatedTask } from './ecs-double.ts'
import { Violation } from './invariants.ts'
import { Machine } from './machine.ts'
import type { RunnerFacts } from './runner-double.ts'
import { drained, virtualiseTime } from './simulated-process.ts'
import { type Call, type Count, type Faults, NO_FAULTS, World } from './world.ts'

virtualiseTime()

const variantOf = (owner: string, name: string): Variant => ({
  owner,
  name,
  branch: DEFAULT_BRANCH_KEY,
  provider: 'claude',
  model: 'm',
})

const variants = [variantOf('anna', 'one'), variantOf('anna', 'two'), variantOf('bert', 'one')]

/** Fault rates by kind of history. */
const faultProfiles: Record<string, Faults> = {
  calm: NO_FAULTS,
  lossy: { lost: 0.06, broken: 0.01, crash: 0.003, slow: 0.05, ghost: 0.03, stale: 0.3 },
  deadly: { lost: 0, broken: 0.004, crash: 0.035, slow: 0.03, ghost: 0, stale: 0.1 },
  hostile: { lost: 0.03, broken: 0.008, crash: 0.02, slow: 0.08, ghost: 0.02, stale: 0.3 },
}

const moods: Mood[] = ['well', 'no capacity', 'throttled', 'throttled below', 'server error', 'refused']

type Rival = 'abort' | 'post' | 'delete' | 'sweep' | 'dispatch' | 'kill' | 'loseSight'

/** What happens to a variant while another process's call is delayed. */
const rivalSequences: Rival[][] = [
  ['abort'],
  ['abort', 'post'],
  ['abort', 'post', 'dispatch'],
  ['abort', 'delete', 'post'],
  ['abort', 'delete'],
  ['delete'],
  ['delete', 'post'],
  ['post'],
  ['post', 'post'],
  ['sweep'],
  ['sweep', 'abort', 'sweep'],
  ['dispatch'],
  ['dispatch', 'abort'],
  ['kill'],
  ['kill', 'dispatch'],
  ['loseSight', 'dispatch'],
  ['loseSight', 'abort'],
  ['loseSight', 'sweep', 'dispatch', 'abort'],
]

export interface Failure {
  seed: number
  message: string
  trace: string[]
}

/** Plays the history of one seed; undefined if every invariant held. */
export async function playHistory(
  seed: number,
  count: Count,
  { steps = 40, trace }: { steps?: number; trace?: (line: string) => void } = {},
): Promise<Failure | undefined> {
  const world = new World(seed, count)
  const machine = new Machine(world)
  const history = new History(world, machine)
  try {
    await history.play(steps)
    await history.settle()
    machine.invariants.settled()
    return undefined
  } catch (error) {
    const message = error instanceof Violation ? error.message : String(error instanceof Error ? error.stack : error)
    return { seed, message, trace: world.trace }
  } finally {
    if (trace) for (const line of world.trace) trace(line)
    for (const process of [...world.processes]) world.kill(process, 'the history is over')
    await drained()
  }
}

/** Long enough for sweeps to finish what the last faults have left. */
const SWEPT_MINUTES = 3

/** Drives the machine: requests, crashes and external events. */
class History {
  readonly #world: World
  readonly #machine: Machine

  constructor(world: World, machine: Machine) {
    this.#world = world
    this.#machine = machine
  }

  async play(steps: number): Promise<void> {
    const { random } = this.#world
    this.#world.faults = faultProfiles[random.pick(Object.keys(faultProfiles))] ?? NO_FAULTS
    const brief = random.chance(0.35)
    if (brief) this.#machine.generationTimeoutMinutes = 4
    this.#machine.maxActivePerOwner = random.between(1, 2)
    this.#machine.lifespans = random.weighted({ whole: 80, 'cut short': 10, 'ended early': 10 })
    if (random.chance(0.6)) {
      const long = brief ? { dawdle: 5, hang: 10 } : { dawdle: 1, hang: 1 }
      this.#machine.fates = { succeed: 7, fail: 1, 'fail with pages': 1, throw: 1, ...long }
    }
    this.#sweepEveryMinute()
    this.#post()
    for (let step = 0; step < steps; step++) {
      await this.#step()
      if (random.chance(0.5))
        for (let some = random.between(1, 25); some > 0; some--) await this.#world.step(this.#world.time + 2_000)
      else await this.#world.runFor(random.between(100, 25_000))
    }
  }

  #sweepEveryMinute(): void {
    this.#world.after(60_000, () => {
      const { random, faults } = this.#world
      if (!random.chance(faults.lost)) this.#machine.sweep()
      if (random.chance(faults.ghost * 3)) this.#sweepTwice()
      this.#sweepEveryMinute()
    })
  }

  #sweepTwice(): void {
    this.#world.count('duplicate', 'a concurrent sweep')
    this.#machine.sweep(1)
  }

  #variant = (): Variant => this.#world.random.pick(variants)

  #post(variant = this.#variant()): void {
    const { random } = this.#world
    this.#machine.post(variant, { force: random.chance(0.2), group: random.chance(0.15) ? 'fork' : 'group' })
  }

  async #step(): Promise<void> {
    const { random } = this.#world
    const kind = random.weighted({
      post: 10,
      postReady: 4,
      doublePost: 3,
      abort: 3,
      prioritize: 2,
      drain: 1,
      delete: 3,
      deleteUnbooked: 1,
      deleteReady: 3,
      dispatch: 3,
      sweep: 2,
      kill: 2,
      memory: 1,
      hostEnd: 2,
      restart: 1,
      loseSight: 1,
      pause: 2,
      loseRing: 1,
      deploy: 1,
      mood: 2,
      push: 2,
      rival: 12,
      nothing: 1,
    })
    this.#world.note(`— ${kind}`)
    await this.#steps[kind]()
  }

  readonly #steps = {
    post: () => this.#post(),
    postReady: () => this.#withReady((variant) => this.#post(variant)),
    doublePost: () => {
      const variant = this.#variant()
      this.#world.count('duplicate', 'a concurrent POST')
      for (let times = this.#world.random.between(2, 3); times > 0; times--) this.#post(variant)
    },
    abort: () => this.#abort(this.#variant()),
    prioritize: () => void this.#machine.prioritize(this.#variant()),
    drain: () => this.#machine.drain(this.#world.random.between(5, 200)),
    delete: () => void this.#machine.delete(this.#variant(), this.#world.random.chance(0.3)),
    deleteReady: () => this.#withReady((variant) => void this.#machine.delete(variant, this.#world.random.chance(0.3))),
    deleteUnbooked: async () => await this.#deleteUnbooked(),
    dispatch: () => {
      this.#world.count('duplicate', 'a concurrent dispatch')
      this.#machine.dispatchBeside()
    },
    sweep: () => this.#sweepTwice(),
    kill: () =>
      this.#withRunner((process) => {
        this.#world.count('death', 'a killed runner')
        this.#world.kill(process, 'SIGKILL')
      }),
    memory: () =>
      this.#withTask((task) => {
        this.#world.count('death', 'a runner that runs out of memory')
        this.#machine.ecs.outOfMemory(task)
      }),
    hostEnd: () => this.#withTask((task) => this.#machine.endByHost(task)),
    restart: () => this.#machine.restart(this.#world.random.chance(0.5)),
    loseSight: () =>
      this.#withTask((task) => {
        this.#world.count('death', 'a task that runs on after ECS reported its end')
        if (task.status === 'RUNNING') this.#machine.ecs.loseSight(task)
      }),
    pause: () =>
      this.#withRunner((process) => {
        if (!process.running) return
        this.#world.count('death', 'a suspended runner')
        process.pausedUntil = this.#world.time + this.#world.random.between(1_000, 1_500_000)
        ;(process.facts as RunnerFacts).pauses.push([this.#world.time, process.pausedUntil])
      }),
    loseRing: () => {
      if (this.#machine.sqs.loseOne()) this.#world.count('event', 'a lost doorbell message')
    },
    deploy: async () => {
      const { random } = this.#world
      const wrong = random.chance(0.35)
      this.#machine.deploy(wrong ? 2_700 : random.between(1, 180))
      if (wrong) await this.#world.runFor(2_400_000)
    },
    mood: () => {
      this.#machine.ecs.mood = this.#world.random.chance(0.6) ? 'well' : this.#world.random.pick(moods)
    },
    push: () => void this.#machine.invariants.pushTo(variantKey(this.#variant())),
    rival: async () => await this.#rival(),
    nothing: async () => await this.#world.runFor(this.#world.random.between(60_000, 480_000)),
  }

  #abort(variant: Variant): void {
    const { random } = this.#world
    if (random.chance(0.3)) {
      this.#world.count('duplicate', 'a concurrent abort')
      this.#machine.abort(variant, false)
    }
    this.#machine.abort(variant, random.chance(0.2))
  }

  /** A runner dies before it counts a cost, an abort ends its generation, and a deletion comes before the sweeper. */
  async #deleteUnbooked(): Promise<void> {
    const { random } = this.#world
    const counting = () =>
      this.#world.calls.find(({ process, label }) => process.kind === 'runner' && label === 'Get SPENDING')?.process
    for (let tries = 0; tries < 200 && !counting(); tries++) await this.#world.step()
    const runner = counting()
    const { task } = (runner?.facts ?? {}) as Partial<RunnerFacts>
    const variant = variants.find((candidate) => task?.startedBy.startsWith(`${variantKey(candidate)}/`))
    if (!runner || !variant) return
    this.#world.kill(runner, 'SIGKILL')
    this.#machine.abort(variant, false)
    await this.#world.runFor(random.between(2_000, 8_000))
    this.#machine.delete(variant, false)
  }

  #withReady(act: (variant: Variant) => void): void {
    const keys = this.#machine.invariants.records().map(({ key, status }) => (status === 'ready' ? key : undefined))
    const ready = variants.filter((variant) => keys.includes(variantKey(variant)))
    if (ready.length > 0) act(this.#world.random.pick(ready))
  }

  #withRunner(act: (process: NonNullable<Machine['ecs']['live'][number]['process']>) => void): void {
    const running = [...this.#world.processes].filter(({ kind }) => kind === 'runner')
    if (running.length > 0) act(this.#world.random.pick(running))
  }

  #withTask(act: (task: Machine['ecs']['live'][number]) => void): void {
    const { live } = this.#machine.ecs
    if (live.length > 0) act(this.#world.random.pick(live))
  }

  /** Delays a call while other requests act on the same variant. */
  async #rival(): Promise<void> {
    const { random } = this.#world
    for (let tries = 0; tries < 200 && this.#world.calls.length === 0; tries++) await this.#world.step()
    const writes = this.#world.calls.filter(({ label }) => /^(Update|Put|Delete|RunTask|StopTask)/.test(label))
    const candidates = writes.length > 0 && random.chance(0.8) ? writes : this.#world.calls
    if (candidates.length === 0) return
    const held = random.pick(candidates)
    // An abort that overtakes RunTask is rare otherwise.
    const rivals: Rival[] = held.label === 'RunTask' && random.chance(0.5) ? ['abort'] : random.pick(rivalSequences)
    const seconds = random.between(2, 12) * rivals.length
    held.notBefore = this.#world.time + seconds * 1_000
    this.#world.note(`— ${held.process} ${held.label} waits for ${rivals.join(', ')}`)
    const variant = variants.find((candidate) => variantKey(candidate) === keyOf(held)) ?? this.#variant()
    for (const rival of rivals) {
      this.#world.count('race', `${held.process.kind}: ${held.label} against ${rival}`)
      this.#act(rival, variant, held)
      await this.#world.runFor(random.between(500, (seconds * 1_000) / rivals.length))
    }
  }

  #act(rival: Rival, variant: Variant, held: Call): void {
    const { task } = held.process.facts as { task?: SimulatedTask }
    if (rival === 'abort') this.#machine.abort(variant, false)
    else if (rival === 'post') this.#post(variant)
    else if (rival === 'delete') this.#machine.delete(variant, false)
    else if (rival === 'sweep') this.#sweepTwice()
    else if (rival === 'dispatch') this.#steps.dispatch()
    else if (rival === 'loseSight' && task?.status === 'RUNNING') this.#machine.ecs.loseSight(task)
    else this.#steps[rival]()
  }

  /** Faults stop, and the sweeper runs every minute: all work must finish in bounded time. */
  async settle(): Promise<void> {
    this.#world.note('— faults stop')
    this.#world.faults = NO_FAULTS
    this.#machine.ecs.mood = 'well'
    // Now, and again after any late duplicate of a drain.
    for (const ms of [0, 60_000]) this.#world.after(ms, () => this.#machine.endDrain())
    this.#machine.lifespans = 'whole'
    this.#machine.fates = { succeed: 1, dawdle: 0, fail: 0, 'fail with pages': 0, throw: 0, hang: 0 }
    // The last faults may have left work for a sweep, however quiet it is.
    for (let minute = 0; minute < 150 && (minute < SWEPT_MINUTES || !this.#quiet()); minute++)
      await this.#world.runFor(60_000)
    if (!this.#quiet()) this.#machine.invariants.fail('The system does not settle')
    // Cleanups are due within 75 minutes. Skip ahead to each of them.
    for (let looks = 0; looks < 200; looks++) {
      const due = this.#machine.invariants.nextDue()
      if (due === undefined) return
      this.#world.time = Math.max(this.#world.time, due)
      await this.#world.runFor(60_000)
    }
  }

  #quiet(): boolean {
    const { world, ecs, sqs, events, invariants } = this.#machine
    const active = invariants.records().some(({ activeShard }) => activeShard !== undefined)
    return !active && ecs.live.length === 0 && sqs.idle && events === 0 && world.processes.size === 0
  }
}

/** The key of the variant that a call concerns, if it has one. */
function keyOf({ input, process }: Call): unknown {
  const { Key, Item, startedBy } = input as {
    Key?: { pk?: string }
    Item?: { variantKey?: string }
    startedBy?: string
  }
  if (Key?.pk?.startsWith('VARIANT#')) return Key.pk.slice('VARIANT#'.length)
  if (Item?.variantKey) return Item.variantKey
  const { task, key } = process.facts as { task?: { startedBy: string }; key?: string }
  return (startedBy ?? task?.startedBy)?.split('/')[0] ?? key
}
