import { dispatch } from '../../../functions/generations/dispatch.ts'
import { settleStoppedTask } from '../../../functions/generations/settle-stopped-task.ts'
import { newMemory } from '../../../functions/generations/sweep/memory.ts'
import { sweep } from '../../../functions/generations/sweep.ts'
import type { Table } from '../../../shared/aws/clients.ts'
import { countCost, markAllBooked } from '../../../shared/aws/ledger.ts'
import { enqueue } from '../../../shared/aws/queue.ts'
import { closeRecord, reserve, transition } from '../../../shared/aws/variant-store.ts'
import { type Lease, parseLease } from '../../../shared/generation.ts'
import { variantKey } from '../../../shared/variant.ts'
import { resourcesOf } from '../../simulation/resources.ts'
import type { SimulatedProcess } from '../../simulation/simulated-process.ts'
import { quietLog } from '../../support/quiet-log.ts'
import type { Clock } from './clock.ts'
import { Fargate } from './fargate.ts'
import { Bucket } from './limits.ts'
import { BusyTable } from './table.ts'

export interface Load {
  jobsPerHour: number
  /** How long a task works, half as much more or less. */
  workMinutes: number
  minutes: number
  /** The part of all jobs that one owner asks for; the others share the rest. */
  noisyPart: number
  owners: number
  maxActive: number
  maxActivePerOwner: number
  /** Tasks that the account's vCPU quota lets run. */
  quota: number
  /** The part of tasks that Spot takes away. */
  spotLosses: number
}

export interface Job {
  owner: string
  askedAt: number
  startedAt?: number
}

/** How long a task takes to start, a quarter more or less. */
const START_MS = 40_000
/** A runner writes more often: this is enough for the sweeper to see it alive. */
const BEAT_MS = 50_000
const EVENT_MS = 1_000
/** Events that never arrive. */
const LOST_EVENTS = 0.001

/** The service under load: its own dispatch, sweep, stores and settling, on doubles with AWS's limits. */
export class Service {
  readonly clock: Clock
  readonly table: BusyTable
  readonly fargate: Fargate
  /** SQS's limit for a FIFO queue. */
  readonly rings: Bucket
  readonly jobs = new Map<string, Job>()
  done = 0
  lost = 0
  dispatches = 0
  dispatchMs = 0
  readonly sweepSeconds: number[] = []
  failures = new Map<string, number>()
  readonly #load: Load
  readonly #memory = newMemory()
  #ringing = 0
  #dispatching = false

  constructor(clock: Clock, load: Load) {
    this.clock = clock
    this.#load = load
    this.table = new BusyTable(clock)
    this.rings = new Bucket(clock, 300)
    this.fargate = new Fargate(clock, load.quota, async (task) => await this.#runTask(task))
    clock.onSend = async (service, name, input) => {
      if (service === 'dynamodb') return await this.table.execute(name, input)
      if (service === 'ecs') return await this.fargate.execute(name, input)
      if (service === 'sqs') return await this.#ring()
      return {}
    }
  }

  /** Jobs arrive at random moments. */
  async play(): Promise<void> {
    const { minutes, jobsPerHour } = this.#load
    const until = this.clock.time + minutes * 60_000
    void this.#begin('sweep', async ({ table }) => await markAllBooked(table), 0)
    const arrive = () => {
      if (this.clock.time >= until) return
      void this.#post()
      this.clock.after(-Math.log(1 - this.clock.random.next()) * (3_600_000 / jobsPerHour), arrive)
    }
    arrive()
    const everyMinute = () => {
      void this.#sweep()
      this.clock.after(60_000, everyMinute)
    }
    everyMinute()
    await this.clock.runUntil(until)
  }

  async #begin(
    kind: string,
    work: (resources: ReturnType<typeof resourcesOf>, process: SimulatedProcess) => Promise<void>,
    delayMs: number,
  ): Promise<void> {
    await this.clock.sleep(delayMs)
    await this.clock
      .run(kind, async (process) => await work(resourcesOf(process, 1), process))
      .catch((error: Error) => {
        const what = `${kind}: ${error.name} ${error.message}`.slice(0, 90)
        this.failures.set(what, (this.failures.get(what) ?? 0) + 1)
      })
  }

  async #post(): Promise<void> {
    const { random } = this.clock
    const { noisyPart, owners } = this.#load
    const owner = random.chance(noisyPart) ? 'noisy' : `owner-${random.between(1, owners - 1)}`
    const generationId = random.uuid()
    const job: Job = { owner, askedAt: this.clock.time }
    const variant = {
      owner,
      name: `project-${generationId.slice(0, 8)}`,
      branch: 'main',
      provider: 'claude',
      model: 'claude-opus',
    } as const
    const assignment = {
      ...{ generationId, pageScope: generationId, repoUrl: `https://github.com/company/${variant.name}` },
      ...{ askedRef: null, repoType: null, timeoutMinutes: 60, force: false },
      queuedAt: new Date(this.clock.time).toISOString(),
    }
    const work = async ({ table, queue }: ReturnType<typeof resourcesOf>) => {
      const entry = { owner, key: variantKey(variant), generationId, queuedAt: assignment.queuedAt, atFront: false }
      await enqueue(table, entry)
      const { applied } = await reserve(table, variant, assignment, undefined)
      if (applied) this.jobs.set(generationId, job)
      await queue.client.send({ constructor: { name: 'SendMessageCommand' } } as never)
    }
    await this.#begin('generate', work, 50)
  }

  async #ring(): Promise<object> {
    await this.clock.sleep(10 + this.rings.take(1))
    this.#ringing++
    void this.#dispatchWhileRinging()
    return {}
  }

  /** The queue's one message group: up to ten rings at a time, one dispatch at a time. */
  async #dispatchWhileRinging(): Promise<void> {
    if (this.#dispatching) return
    this.#dispatching = true
    while (this.#ringing > 0) {
      this.#ringing = Math.max(0, this.#ringing - 10)
      const began = this.clock.time
      const { maxActive, maxActivePerOwner } = this.#load
      const options = { maxActive, maxActivePerOwner, generationTimeoutMinutes: 60, credentialsFor: [], log: quietLog }
      await this.#begin('dispatch', async (resources) => await dispatch(resources, options), 20)
      this.dispatches++
      this.dispatchMs += this.clock.time - began
    }
    this.#dispatching = false
  }

  async #sweep(): Promise<void> {
    const began = this.clock.time
    const options = { everySeconds: 60, memory: this.#memory, leftMs: () => began + 60_000 - this.clock.time }
    await this.#begin('sweep', async (resources) => await sweep(resources, quietLog, options), 50)
    this.sweepSeconds.push((this.clock.time - began) / 1_000)
  }

  async #runTask({ arn, startedBy }: { arn: string; startedBy: string }): Promise<void> {
    const lease = parseLease(startedBy)
    if (!lease) throw new Error('A task without a lease')
    const job = this.jobs.get(lease.generationId)
    if (job) job.startedAt ??= this.clock.time
    await this.clock.sleep(START_MS * (0.75 + this.clock.random.next() / 2))
    const lost = this.clock.random.chance(this.#load.spotLosses)
    await this.#begin('runner', async ({ table }) => await this.#work(table, { ...lease, me: arn }, lost), 0)
    if (this.clock.random.chance(LOST_EVENTS)) return
    const end = { by: lost ? 'host' : 'itself', reason: 'Spot Task was interrupted' } as const
    void this.#begin(
      'task-stopped',
      async (resources) => await settleStoppedTask(resources, lease, end, quietLog),
      EVENT_MS,
    )
  }

  /** Claims, reports, publishes and closes; or is cut off halfway. */
  async #work(table: Table, lease: Lease & { me: string }, lost: boolean): Promise<void> {
    await transition(table, 'claim', lease, { claimedBy: lease.me, taskArn: lease.me })
    const workMs = this.#load.workMinutes * 60_000 * (0.5 + this.clock.random.next())
    const endsAt = this.clock.time + workMs / (lost ? 2 : 1)
    let beats = 0
    while (this.clock.time < endsAt) {
      await this.clock.sleep(Math.min(BEAT_MS, endsAt - this.clock.time))
      beats++
      const counters = { heartbeats: beats, progressSteps: beats, ranSeconds: beats }
      const { record } = await transition(table, 'progress', lease, { ...counters, costUsd: beats / 4 })
      if (beats % 2 === 0 && record) await countCost(table, record)
    }
    if (lost) {
      this.lost++
      return
    }
    const { record } = await transition(table, 'upToDate', lease, { commit: 'a'.repeat(40), ref: 'main' })
    if (record) await closeRecord(table, record)
    this.done++
  }
}
