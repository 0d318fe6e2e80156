import type { TaskStopCode } from '@aws-sdk/client-ecs'
import { abort } from '../../functions/generations/abort.ts'
import { dispatch } from '../../functions/generations/dispatch.ts'
import { generate } from '../../functions/generations/generate.ts'
import { prioritize } from '../../functions/generations/prioritize.ts'
import { settleStoppedTask } from '../../functions/generations/settle-stopped-task.ts'
import { newMemory } from '../../functions/generations/sweep/memory.ts'
import { sweep } from '../../functions/generations/sweep.ts'
import { deleteProject, deleteVariant } from '../../functions/variants/delete.ts'
import { within } from '../../shared/aws/deadline.ts'
import { recordsIn } from '../../shared/aws/listings.ts'
import { drain, endDrain } from '../../shared/aws/queue.ts'
import { readRecord } from '../../shared/aws/records.ts'
import { stateOf } from '../../shared/aws/runner-tasks.ts'
import { DomainError, isDomainError } from '../../shared/errors.ts'
import { type GenerationRecord, parseLease } from '../../shared/generation.ts'
import { isActive } from '../../shared/lifecycle.ts'
import { GenerateRequest } from '../../shared/request.ts'
import { type Variant, variantKey } from '../../shared/variant.ts'
import { DynamoDbDouble } from './dynamodb-double.ts'
import { EcsDouble, type SimulatedTask } from './ecs-double.ts'
import { Invariants } from './invariants.ts'
import { rowOf } from './labels.ts'
import { resourcesOf } from './resources.ts'
import { type Fate, type RunnerFacts, runAttempt } from './runner-double.ts'
import { S3Double } from './s3-double.ts'
import { runAs, type SimulatedProcess } from './simulated-process.ts'
import { SqsDouble } from './sqs-double.ts'
import type { World } from './world.ts'

const log = { debug() {}, info() {}, warn() {}, error() {} }

/** Function timeouts in seconds, as in the stack. */
const timeouts: Record<string, number> = {
  generate: 29,
  abort: 12,
  delete: 29,
  dispatch: 60,
  'task-stopped': 29,
  sweep: 60,
}

/** Request deadlines in milliseconds. */
const dueMs: Record<string, number> = { generate: 25_000, abort: 4_800, delete: 25_000 }
/** Longer than a duplicate of a request is on its way. */
const LATEST_DUPLICATE_MS = 30_000
/** Longer than any function's timeout. */
const NEVER = 3_600_000

/** How often a sweep runs in a new process: more often than in life, since only a new one writes down what it sees of a healthy task. */
const COLD = 0.6

const onStop =
  (stopCode: TaskStopCode, reason: string) =>
  (ecs: EcsDouble, task: SimulatedTask): void =>
    ecs.stop(task, stopCode, reason)

/** The ways in which a host ends a healthy task. */
const hostEnds = {
  'a Spot interruption': onStop('SpotInterruption', 'Spot Task was interrupted.'),
  'a maintenance notice': onStop('TerminationNotice', 'Task retirement'),
  'a task stopped by the scheduler': onStop('ServiceSchedulerInitiated', 'Scaling activity'),
  'a task stopped by an operator': onStop('UserInitiated', 'Task stopped by user'),
  'a failing host': (ecs: EcsDouble, task: SimulatedTask) => ecs.cutOff(task),
  'a SIGTERM': (_: EcsDouble, __: SimulatedTask, process: SimulatedProcess) => terminate(process),
}
type HostEnd = keyof typeof hostEnds

const terminate = (process: SimulatedProcess): void => runAs(process, () => (process.facts as RunnerFacts).stop.abort())

type Result = { value: unknown } | { error: unknown }

/** All of docsfy on top of the doubles: handlers as Lambdas, runners as tasks, and the events between them. */
export class Machine {
  readonly world: World
  readonly dynamodb: DynamoDbDouble
  readonly s3: S3Double
  readonly sqs: SqsDouble
  readonly ecs: EcsDouble
  readonly invariants: Invariants
  /** Number of the last deployment, which sets the network and other settings. */
  revision = 1
  /** MAX_ACTIVE_TASKS and MAX_ACTIVE_PER_OWNER. */
  maxActive = 2
  maxActivePerOwner = 2
  /** Since when an admin lets nothing start. */
  drainedSince: number | undefined
  /** Time limit of a generation, counted from its first task. */
  generationTimeoutMinutes = 60
  /** Outcomes of tasks that start from now on, by weight. */
  fates: Record<Fate, number> = { succeed: 1, dawdle: 0, fail: 0, 'fail with pages': 0, throw: 0, hang: 0 }
  /** The last writer of each object. */
  readonly writers = new Map<string, SimulatedProcess | undefined>()
  /** Whether tasks live until they are done, are soon ended by their hosts, or soon fail by themselves. */
  lifespans: 'whole' | 'cut short' | 'ended early' = 'whole'
  /** Events in flight. */
  events = 0
  /** Sweeps that have run to their end. */
  sweeps = 0

  constructor(world: World) {
    this.world = world
    const { random } = world
    const pageSize = () => random.between(1, 6)
    const { writers } = this
    this.s3 = new S3Double(pageSize, {
      onPut: (key) => writers.set(key, world.active?.process),
      onDelete: (key) => this.invariants.objectDeleted(key),
    })
    this.dynamodb = new DynamoDbDouble({
      pageSize,
      catchUp: (missing) => (random.chance(world.faults.stale) ? random.between(0, missing) : missing),
      onWrite: (written) => this.invariants.written(written),
    })
    this.sqs = new SqsDouble(world, (ended) =>
      this.lambda(
        'dispatch',
        {},
        async (process) => await this.#dispatch(process),
        (result) => ended(!('killed' in result)),
      ),
    )
    this.ecs = new EcsDouble(world, {
      startRunner: (task, exited) => this.#startRunner(task, exited),
      terminate,
      onEvent: (detail) => this.#deliverEvent(detail),
    })
    this.invariants = new Invariants({
      ...this,
      maxActive: () => this.maxActive,
      maxActivePerOwner: () => this.maxActivePerOwner,
      drained: (process) => this.drainedSince !== undefined && process.startedAt > this.drainedSince,
      limitMinutes: () => this.generationTimeoutMinutes,
    })
    world.services.dynamodb = ({ name, input }) => this.#countRow(name, input)
    world.services.s3 = ({ name, input }) => this.s3.execute(name, input)
    world.services.sqs = ({ name }) => this.sqs.execute(name)
    world.services.ecs = (call) => {
      this.invariants.acts(call)
      return this.ecs.execute(call.name, call.input)
    }
    world.check = () => this.invariants.check()
  }

  #countRow(name: string, input: object): unknown {
    const { Key, Item } = input as { Key?: { sk?: string }; Item?: { sk?: string } }
    const { sk } = { ...Key, ...Item }
    const row = sk !== 'RECORD' ? undefined : name === 'UpdateCommand' ? rowOf(input) : 'remove'
    if (row === undefined || name === 'GetCommand') return this.dynamodb.execute(name, input)
    try {
      const reply = this.dynamodb.execute(name, input)
      this.world.count('applied', row)
      return reply
    } catch (error) {
      this.world.count('refused', row)
      throw error
    }
  }

  /** Changes the settings of functions that start from now on. RunTask is refused while the deployment lasts. */
  deploy(seconds: number): void {
    this.revision++
    this.ecs.mood = 'refused'
    this.world.after(seconds * 1_000, () => {
      this.ecs.mood = 'well'
    })
  }

  /** Invokes a function, and kills it at its timeout. */
  lambda(
    kind: string,
    facts: Record<string, unknown>,
    run: (process: SimulatedProcess, signal: AbortSignal) => Promise<unknown>,
    ended: (result: Result | { killed: true }) => void = () => {},
  ): SimulatedProcess {
    const onKilled = () => ended({ killed: true })
    const seconds = timeouts[kind] ?? 30
    const inTime = async (started: SimulatedProcess) =>
      await within(dueMs[kind] ?? NEVER, async (signal) => await run(started, signal))
    const process = this.world.start(kind, { ...facts, onKilled }, inTime, ended)
    this.world.after(seconds * 1_000, () => this.world.kill(process, 'timeout'))
    return process
  }

  #resources = (process: SimulatedProcess) => resourcesOf(process, this.revision)

  async #dispatch(process: SimulatedProcess): Promise<void> {
    const options = {
      maxActive: this.maxActive,
      maxActivePerOwner: this.maxActivePerOwner,
      generationTimeoutMinutes: this.generationTimeoutMinutes,
      credentialsFor: ['admins'],
      log,
    }
    // Like the handler, leave failures to the sweeper's next ring.
    const well = await dispatch(this.#resources(process), options).then(
      () => true,
      () => false,
    )
    if (well) this.invariants.turnsRecorded(process)
  }

  /** A second, concurrent dispatch. SQS's single message group makes it rare, but a slow one can be delivered again. */
  dispatchBeside = (): SimulatedProcess => this.lambda('dispatch', {}, async (process) => await this.#dispatch(process))

  #memory = newMemory()

  /** Runs a sweep as EventBridge does, with two retries. Now and then it runs in a new process, or has hardly any time. */
  sweep(tries = 3): SimulatedProcess {
    const { random, faults } = this.world
    if (random.chance(COLD)) this.#memory = newMemory()
    const seconds = random.chance(faults.slow) ? random.between(12, 14) : Number(timeouts.sweep)
    const over = this.world.time + seconds * 1_000
    const options = { everySeconds: 60, memory: this.#memory, leftMs: () => over - this.world.time }
    return this.lambda(
      'sweep',
      {},
      async (process) => await sweep(this.#resources(process), log, options),
      (result) => {
        if ('value' in result) this.sweeps++
        else if (tries > 1) this.world.after(60_000, () => this.sweep(tries - 1))
      },
    )
  }

  #deliverEvent(detail: { lastStatus: string; startedBy: string; version: number }): void {
    const { random, faults } = this.world
    const copies = random.chance(faults.lost) ? 0 : random.chance(faults.ghost * 4) ? 2 : 1
    if (copies === 0) this.world.count('event', 'a lost event')
    if (copies > 1 && detail.lastStatus === 'STOPPED') this.world.count('duplicate', 'an event delivered twice')
    for (let copy = 0; copy < copies; copy++) {
      this.events++
      const delay = random.chance(faults.slow) ? random.between(1_000, 90_000) : random.between(20, 1_500)
      this.world.after(delay, () => {
        this.events--
        this.#taskStopped(detail)
      })
    }
  }

  readonly #lastVersion = new Map<string, number>()

  #taskStopped(detail: { lastStatus: string; startedBy: string; version: number }, tries = 3): void {
    const last = this.#lastVersion.get(detail.startedBy) ?? 0
    if (detail.version < last) this.world.count('duplicate', 'an event out of order')
    this.#lastVersion.set(detail.startedBy, Math.max(last, detail.version))
    const lease = parseLease(detail.startedBy)
    if (!lease || detail.lastStatus !== 'STOPPED') return
    this.lambda(
      'task-stopped',
      {},
      async (process) => await settleStoppedTask(this.#resources(process), lease, stateOf(detail as never), log),
      (result) => {
        if (!('value' in result) && tries > 1) this.world.after(60_000, () => this.#taskStopped(detail, tries - 1))
      },
    )
  }

  #startRunner(task: SimulatedTask, exited: (code: number) => void): SimulatedProcess {
    const fate = this.world.random.weighted(this.fates)
    const facts: RunnerFacts = {
      task,
      fate,
      stop: new AbortController(),
      working: false,
      claimedAt: undefined,
      endedAt: undefined,
      pauses: [],
      firstNewPage: undefined,
      onKilled: () => ended(137),
    }
    const ended = (code: number) => {
      facts.endedAt ??= this.world.time
      exited(code)
    }
    const run = async (process: SimulatedProcess) => await runAttempt(process, this.invariants)
    this.world.after(this.world.random.between(200, 5_000), () => {
      if (this.lifespans === 'cut short') this.endByHost(task)
      if (this.lifespans === 'ended early') this.ecs.outOfMemory(task)
    })
    return this.world.start('runner', facts, run, (result) => {
      if ('error' in result) this.world.count('death', 'a runner that exits with an error')
      ended('value' in result ? Number(result.value) : 1)
    })
  }

  /** The host ends a task, in one of several ways. */
  endByHost(task: SimulatedTask): void {
    const { random } = this.world
    const way = random.pick(Object.keys(hostEnds) as HostEnd[])
    if (task.status !== 'RUNNING' || !task.process?.alive) return
    this.world.count('death', way)
    hostEnds[way](this.ecs, task, task.process)
  }

  /** The host restarts with everything on it, either cleanly or as by `kill -9`. */
  restart(inOrder: boolean): void {
    this.world.count('death', inOrder ? 'a clean host restart' : 'a host crash')
    const { live } = this.ecs
    for (const task of live) {
      if (inOrder) this.ecs.stop(task, 'TerminationNotice', 'Host EC2 (instance local) terminated.')
      else if (task.status === 'RUNNING') this.ecs.cutOff(task)
    }
    if (inOrder) return
    for (const process of [...this.world.processes]) this.world.kill(process, 'its host is gone')
  }

  /** POST /api/generate */
  post(variant: Variant, { force, group }: { force: boolean; group: string }): SimulatedProcess {
    const key = variantKey(variant)
    const request = GenerateRequest.parse({
      repo_url: `https://8.8.8.8/${group}/${variant.name}`,
      ai_provider: variant.provider,
      ai_model: variant.model,
      branch: variant.branch,
      ai_cli_timeout: 2,
      force,
    })
    const caller = { username: variant.owner, role: 'user' as const }
    const asked = this.world.time
    return this.lambda(
      'generate',
      { key },
      async (process) =>
        await generate(this.#resources(process), request, caller, log).then(
          ({ generation_id }) => this.#accepted(process, generation_id),
          (error) => this.#rejected(process, error, { key, asked, request }),
        ),
    )
  }

  #accepted(process: SimulatedProcess, generationId: string): void {
    this.world.count('answer', 'POST 202')
    if (process.facts.reserved !== generationId) this.invariants.fail('202 for a generation that was never reserved')
  }

  #rejected(
    process: SimulatedProcess,
    error: unknown,
    { key, asked, request }: { key: string; asked: number; request: GenerateRequest },
  ): void {
    if (isDomainError(error, 'documents-another')) {
      this.#documentsAnother(request)
      return
    }
    if (!isDomainError(error, 'already-generating')) {
      if (error instanceof DomainError) throw error
      this.world.count('answer', 'POST 5xx')
      return
    }
    this.world.count('answer', 'POST 409')
    const record = this.invariants.record(key)
    // Unless it was aborted and replaced before the request got its reply: then the 409 is about the other one.
    if (record && record.generationId === process.facts.reserved) {
      this.invariants.fail('409 for a request whose generation was reserved')
    }
    const active = isActive(record as GenerationRecord | undefined)
    if (!active && (this.invariants.activeUntil.get(key) ?? 0) < asked)
      this.invariants.fail('409 although nothing is generating')
  }

  #documentsAnother({ force }: GenerateRequest): void {
    this.world.count('answer', 'POST 409 for another repository')
    if (force) this.invariants.fail('A forced request was refused because of the repository')
  }

  /** POST …/abort. Finds the record by its key, or by its project's name. */
  abort(variant: Variant, byName: boolean): SimulatedProcess {
    return this.lambda('abort', {}, async (process, signal) => {
      const resources = this.#resources(process)
      const found = byName
        ? (await Array.fromAsync(recordsIn(resources.table, variant))).flat()[0]
        : await readRecord(resources.table, variantKey(variant))
      if (!found || !isActive(found)) return
      process.facts.aborting = found.generationId
      await abort(resources, found, 'path', log, signal).then(
        () => this.#aborted(found),
        (error) => this.#notAborted(found, error),
      )
    })
  }

  #notAborted({ key, generationId }: GenerationRecord, error: unknown): void {
    this.world.count('answer', `abort ${error instanceof DomainError ? error.code : '5xx'}`)
    const same = this.invariants.record(key)?.generationId === generationId
    if (isDomainError(error, 'already-finished') && same && this.invariants.ended.get(generationId) === 'aborted') {
      this.invariants.fail('An abort was refused because of a concurrent abort')
    }
  }

  #aborted({ generationId }: GenerationRecord): void {
    this.world.count('answer', 'abort 200')
    const end = this.invariants.ended.get(generationId)
    if (end !== 'aborted') this.invariants.fail(`An abort was answered 200, but the generation is ${end}`)
  }

  /** POST …/prioritize */
  prioritize(variant: Variant): SimulatedProcess {
    return this.lambda('prioritize', {}, async (process) => {
      const resources = this.#resources(process)
      const found = await readRecord(resources.table, variantKey(variant))
      if (!found || !isActive(found) || found.launchedAt) return
      await prioritize(resources, found, log).then(
        () => this.world.count('answer', 'prioritize 200'),
        (error) => this.world.count('answer', `prioritize ${error instanceof DomainError ? error.code : '5xx'}`),
      )
    })
  }

  #draining = false

  /** POST and DELETE /api/admin/drain. One at a time: a late duplicate of a request would undo the next one. */
  drain(seconds: number): void {
    if (this.#draining) return
    this.#draining = true
    this.lambda(
      'drain',
      {},
      async (process) => await drain(this.#resources(process).table, 'maintenance'),
      (result) => {
        if ('value' in result) this.drainedSince = this.world.time
      },
    )
    this.world.after(seconds * 1_000, () => this.endDrain())
  }

  endDrain(): void {
    this.drainedSince = undefined
    this.lambda(
      'drain',
      {},
      async (process) => await endDrain(this.#resources(process).table),
      (result) => {
        if (!('value' in result)) this.world.after(1_000, () => this.endDrain())
        else
          this.world.after(LATEST_DUPLICATE_MS, () => {
            this.#draining = false
          })
      },
    )
  }

  /** DELETE of a variant, or of its whole project. */
  delete(variant: Variant, whole: boolean): SimulatedProcess {
    const { name, branch, provider, model, owner } = variant
    const key = variantKey(variant)
    return this.lambda('delete', {}, async (process) => {
      const resources = this.#resources(process)
      const before = this.invariants.record(key)?.createdAt
      const deleted = whole
        ? deleteProject(resources, name, owner)
        : deleteVariant(resources, { name, branch, provider, model }, owner)
      await deleted.then(
        () => this.#deleted(key, before),
        (error) => this.world.count('answer', `delete ${error instanceof DomainError ? error.code : '5xx'}`),
      )
    })
  }

  #deleted(key: string, before: unknown): void {
    this.world.count('answer', 'delete 200')
    const record = this.invariants.record(key)
    // A record created since then is a different one, with a new creation time.
    if (record && before && record.createdAt === before) this.invariants.fail('Deleted, but the record still exists')
  }
}
