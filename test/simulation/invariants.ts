import { Assignment, type GenerationRecord, parseLease } from '../../shared/generation.ts'
import type { DynamoDbDouble, Written } from './dynamodb-double.ts'
import type { EcsDouble } from './ecs-double.ts'
import { Endings } from './endings.ts'
import { equal, type Item } from './expressions.ts'
import { checkKnown } from './known-invariants.ts'
import { rowOf } from './labels.ts'
import { MoneyInvariants } from './money-invariants.ts'
import type { RunnerFacts, WorkLedger } from './runner-double.ts'
import type { S3Double } from './s3-double.ts'
import type { SimulatedProcess } from './simulated-process.ts'
import type { Call, World } from './world.ts'

export class Violation extends Error {}

interface Machine {
  world: World
  dynamodb: DynamoDbDouble
  s3: S3Double
  ecs: EcsDouble
  maxActive(): number
  maxActivePerOwner(): number
  /** Whether an admin let nothing start before this process began. */
  drained(process: SimulatedProcess): boolean
  /** GENERATION_TIMEOUT. */
  limitMinutes(): number
  /** Sweeps that have run to their end. */
  sweeps: number
  writers: Map<string, SimulatedProcess | undefined>
}

type Row = Partial<GenerationRecord> & Item

const HOUR_MS = 3_600_000
const GRACE_MS = 60_000

/** The invariants of the whole system: checked on every write of a record, and again when everything has settled. */
export class Invariants implements WorkLedger {
  readonly #machine: Machine
  readonly #endings: Endings
  /** How each reserved generation ended. */
  readonly ended = new Map<string, string>()
  readonly reserved = new Map<string, SimulatedProcess>()
  /** The files of every uploaded site, by prefix. */
  readonly #sites = new Map<string, string[]>()
  /** By prefix: until when readers may still request its files. */
  readonly #readable = new Map<string, number>()
  readonly #heartbeats = new Map<string, number>()
  readonly #paid = new Set<string>()
  readonly #heads = new Map<string, number>()
  /** By variant: when its last generation ended. */
  readonly activeUntil = new Map<string, number>()
  readonly #money = new MoneyInvariants((message) => this.fail(message))

  constructor(machine: Machine) {
    this.#machine = machine
    this.#endings = new Endings({
      time: () => machine.world.time,
      limitMinutes: () => machine.limitMinutes(),
      sweeps: () => machine.sweeps,
      taskOf: (record) => this.#taskOf(record),
      fail: (message) => this.fail(message),
    })
  }

  headOf = (key: string): string => `commit-${this.#heads.get(key) ?? 0}`
  pushTo = (key: string): unknown => this.#heads.set(key, (this.#heads.get(key) ?? 0) + 1)

  paying(key: string): void {
    if (this.#paid.has(key)) this.fail(`${key} was paid for twice`)
  }

  stored = (key: string): unknown => this.#paid.add(key)
  uploaded = (prefix: string, paths: string[]): unknown => this.#sites.set(prefix, paths)

  /** Stored as well as thrown, since the code under test may catch it. */
  #violation: Violation | undefined

  fail(message: string): never {
    this.#machine.world.note(`VIOLATION ${message}`)
    this.#violation ??= new Violation(message)
    throw this.#violation
  }

  written(write: Written): void {
    const { before, after } = write
    const subject = (after ?? before) as Row
    if (String(subject.pk).startsWith('SPENDING#')) this.#money.totalWritten(write)
    if (subject.sk === 'RECORD') this.#recordWritten(unlessTombstone(before), unlessTombstone(after))
    if (subject.pk === 'TURNS' && subject.sk === '#LAST') this.#turnRecorded()
  }

  #turnRecorded(): void {
    const facts = this.#machine.world.active?.process.facts
    if (facts) facts.recorded = [...((facts.started ?? []) as unknown[])]
  }

  /** After a successful dispatch, the turns of all generations that it started must be recorded. */
  turnsRecorded({ facts }: SimulatedProcess): void {
    const [started = [], recorded = []] = [facts.started, facts.recorded] as unknown[][]
    const forgotten = started.filter((generationId) => !recorded.includes(generationId))
    if (forgotten.length > 0) this.fail(`The turn of ${forgotten.join(', ')} was not recorded`)
  }

  #recordWritten(before: Row | undefined, after: Row | undefined): void {
    const { active } = this.#machine.world
    if (!active) this.fail('A record was written outside of any call')
    if (after) this.#changed(active, before, after)
    else this.#removed(before)
  }

  #changed(active: Call, before: Row | undefined, after: Row): void {
    const row = rowOf(active.input)
    const { process } = active
    this.#money.recordWritten(before, after, process.facts.knownUsd)
    if (row === 'reserve' || row === 'create') this.#reserved(before, after, process)
    else if (row === 'close') this.#closed(before, after)
    else this.#applied(row, before, after, process)
    const lease = `${after.generationId}/${after.attempt}`
    this.#heartbeats.set(lease, Math.max(this.#heartbeats.get(lease) ?? 0, Number(after.heartbeats)))
    if (!equal(before?.published, after.published)) this.#switched(before, after, row, process)
    if (after.status !== 'generating' && before?.status === 'generating') this.#endedNow(after)
  }

  #reserved(before: Row | undefined, after: Row, process: SimulatedProcess): void {
    const generationId = String(after.generationId)
    if (before?.status === 'generating') this.fail('Two generations of one variant are running at once')
    if (this.reserved.has(generationId) && before) this.fail('A generation was reserved twice')
    // A duplicate of a first request, arriving after its variant was aborted and deleted, looks like a new request.
    this.ended.delete(generationId)
    if (process.kind !== 'generate') this.fail(`${process} reserved a generation`)
    const stale = Object.keys(after).filter((field) => !reservationFields.includes(field))
    if (stale.length > 0) this.fail(`A reservation kept ${stale.join(', ')} of the last generation`)
    for (const field of ['deaths', 'hostEnds', 'ranSeconds', 'heartbeats', 'progressSteps'])
      if (after[field] !== 0) this.fail(`A reservation did not reset ${field}`)
    if (after.attempt !== 1) this.fail('A reservation does not start with attempt 1')
    this.reserved.set(generationId, process)
    process.facts.reserved = generationId
  }

  #closed(before: Row | undefined, after: Row): void {
    if (before?.status === 'generating') this.fail('A generation was closed while it was active')
    if (before?.generationId !== after.generationId) this.fail('Closing a generation created a record')
  }

  /** Checks the fence independently of the lifecycle table: who may change what. */
  #applied(row: string, before: Row | undefined, after: Row, process: SimulatedProcess): void {
    if (before?.status !== 'generating') this.fail(`${row} changed a record that is ${before?.status}`)
    if (before.generationId !== after.generationId) this.fail(`${row} changed the generation`)
    if (before.abortAskedAt && !['confirmAbort', 'observe'].includes(row))
      this.fail(`${row} after an abort was requested`)
    const grown = Number(after.attempt) - Number(before.attempt)
    if (grown !== (nextAttempt.includes(row) ? 1 : 0)) this.fail(`${row} changed the attempt by ${grown}`)
    const stale = grown === 1 ? attemptFields.filter((field) => after[field] !== undefined) : []
    if (stale.length > 0) this.fail(`${row} kept ${stale.join(', ')}`)
    if (process.kind === 'runner') this.#runnerWrote(row, before, process)
    else if (['claim', 'progress', 'publish', 'upToDate'].includes(row)) this.fail(`${process} wrote ${row}`)
    this.#checkRow(row, before, after, process)
    const shown = `${after.errorMessage} ${after.waitingReason}`
    if (/arn:|(?<!-)\b\d{12}\b|assumed-role/.test(shown)) this.fail(`A message reveals the AWS account: ${shown}`)
  }

  #runnerWrote(row: string, before: Row, process: SimulatedProcess): void {
    const { task } = process.facts as RunnerFacts
    const lease = parseLease(task.startedBy)
    if (lease?.generationId !== before.generationId || lease?.attempt !== before.attempt) {
      this.fail(`${row} by a superseded attempt`)
    }
    if (before.claimedBy !== task.arn && row !== 'claim' && row !== 'confirmAbort') this.fail(`${row} without a claim`)
    if (before.claimedBy && before.claimedBy !== task.arn) this.fail(`${row} on another runner's claim`)
  }

  #checkRow(row: string, before: Row, after: Row, process: SimulatedProcess): void {
    this.#checkWriter(row, before, process)
    if (row === 'launch' && before.launchedAt) this.fail('An attempt was launched twice')
    if (row === 'launch') this.#checkLaunch(before, process)
    if (row === 'prioritize' && before.launchedAt) this.fail('A launched generation was prioritized')
    if (row === 'claim' && !before.launchedAt) this.fail('A claim before the launch')
    if (nextAttempt.includes(row) || row === 'giveUp') this.#attemptOver(row, before)
    this.#endings.applied(row, before, after, process)
    if (row === 'recordTask') this.#checkTask(before, after.taskArn)
    if (row === 'fail') this.#checkFailure(before, after, process)
    if (row === 'confirmAbort' && !before.abortAskedAt) this.fail('An abort was confirmed that nobody requested')
    if (row === 'confirmAbort') this.#checkNoWork(before)
    if (row === 'observe' && Number(after.seenHeartbeats) > this.#heartbeatsOf(after))
      this.fail('The sweeper recorded a heartbeat that was never sent')
  }

  /** While drained, only what has begun goes on. */
  #checkLaunch({ deaths, hostEnds, generationId }: Row, process: SimulatedProcess): void {
    const isNew = deaths === 0 && hostEnds === 0
    if (isNew && this.#machine.drained(process)) this.fail(`${generationId} was launched although nothing may start`)
  }

  /** An abort may change only the generation it found, and dispatch only attempts it launched. */
  #checkWriter(row: string, { generationId, attempt }: Row, { kind, facts }: SimulatedProcess): void {
    const lease = `${generationId}/${attempt}`
    if (kind === 'abort' && facts.aborting !== generationId) this.fail(`Abort: ${row} of another generation`)
    if (kind !== 'dispatch') return
    const launched = (facts.launched ?? []) as string[]
    if (row === 'recordTask') facts.started = [...((facts.started ?? []) as unknown[]), generationId]
    if (row === 'launch') facts.launched = [...launched, lease]
    else if (!launched.includes(lease)) this.fail(`${row} of an attempt that another dispatch launched`)
  }

  /** The highest count of this attempt: a request that arrives late may set the counter back. */
  #heartbeatsOf({ generationId, attempt }: Row): number {
    return this.#heartbeats.get(`${generationId}/${attempt}`) ?? 0
  }

  #checkTask(record: Row, arn: unknown): void {
    const lease = parseLease(this.#machine.ecs.tasks.get(String(arn))?.startedBy)
    if (lease?.generationId !== record.generationId || lease?.attempt !== record.attempt) {
      this.fail('The record names the task of another attempt')
    }
  }

  #taskOf = ({ key, generationId, attempt }: Row) => this.#machine.ecs.taskFor(`${key}/${generationId}/${attempt}`)

  /** No task may work on an attempt that is over, unless ECS itself has lost sight of it. */
  #attemptOver(row: string, before: Row): void {
    const task = this.#taskOf(before)
    if (!task || task.lostSight || task.status === 'STOPPED' || task.status === 'DEPROVISIONING') return
    // A RunTask in flight for longer than the sweeper's grace period starts a task that is no longer expected.
    if (task.createdAt - Date.parse(String(before.launchedAt)) > GRACE_MS) return
    this.fail(`${row} although the task is ${task.status}`)
  }

  #checkFailure(before: Row, after: Row, process: SimulatedProcess): void {
    const facts = process.facts as Partial<RunnerFacts>
    const message = String(after.errorMessage)
    const overdue = message.includes('GENERATION_TIMEOUT') && this.#endings.reachedLimit(before)
    const allowed =
      (process.kind === 'runner' && ['fail', 'fail with pages', 'throw'].includes(facts.fate ?? '')) ||
      (process.kind === 'dispatch' && message.includes('refused every attempt') && this.#refusedForLong()) ||
      (['runner', 'sweep'].includes(process.kind) && overdue)
    if (!allowed) this.fail(`${process} failed the generation without a reason: ${message}`)
  }

  /** Whether AWS has refused every task for longer than any deployment takes. */
  #refusedForLong(): boolean {
    const since = Math.min(...this.#machine.ecs.refusedSince.values())
    return this.#machine.world.time - since > 30 * 60_000
  }

  #checkNoWork(before: Row): void {
    const task = this.#machine.ecs.tasks.get(String(before.claimedBy))
    const facts = task?.process?.facts as RunnerFacts | undefined
    if (task?.process?.alive && facts?.working && !task.lostSight)
      this.fail('Aborted while its runner is still working')
  }

  /** Readers see either the complete new site or the previous one. */
  #switched(before: Row | undefined, after: Row, row: string, process: SimulatedProcess): void {
    if (!['publish', 'fail'].includes(row) || process.kind !== 'runner') this.fail(`${row} switched the site`)
    const site = after.published
    const { task } = process.facts as RunnerFacts
    if (!site?.prefix.startsWith(`${task.startedBy}/`)) this.fail('The site belongs to another attempt')
    this.#checkRepository(before, after)
    if (row === 'publish' && !site.complete) this.fail('An incomplete site was published as ready')
    if (before?.published) this.#readable.set(before.published.prefix, this.#machine.world.time + HOUR_MS)
    this.#readable.set(site.prefix, Number.POSITIVE_INFINITY)
    this.#checkComplete(site.prefix)
  }

  /** A published site changes its repository only by force. */
  #checkRepository(before: Row | undefined, { publishedUrl, repoUrl, force }: Row): void {
    if (publishedUrl !== repoUrl) this.fail(`A site made from ${repoUrl} is recorded as made from ${publishedUrl}`)
    const changed = before?.publishedUrl !== undefined && before.publishedUrl !== publishedUrl
    if (changed && !force) this.fail(`The site of ${before.publishedUrl} was replaced by that of ${publishedUrl}`)
  }

  #checkComplete(prefix: string): void {
    const { objects } = this.#machine.s3
    const missing = (this.#sites.get(prefix) ?? ['']).filter((path) => !objects.has(prefix + path))
    if (missing.length > 0) this.fail(`The site ${prefix} lacks ${missing.join(', ')}`)
    if (!objects.has(prefix.replace(/site\/$/, 'plan.json'))) this.fail(`The site ${prefix} lacks its plan`)
  }

  #endedNow(after: Row): void {
    const generationId = String(after.generationId)
    if (this.ended.has(generationId)) this.fail('A generation ended twice')
    this.ended.set(generationId, String(after.status))
    this.activeUntil.set(String(after.key), this.#machine.world.time)
    if (after.activeShard !== 'ended') this.fail('A generation ended, but its cost cannot be found')
  }

  #removed(before: Row | undefined): void {
    if (before?.status === 'generating') this.fail('A generation was deleted while it was active')
    for (const [prefix] of this.#readable) if (prefix.startsWith(`${before?.key}/`)) this.#readable.delete(prefix)
    this.forget(String(before?.key))
  }

  /** The objects of a deleted record may be removed, and must be paid for again. */
  forget(key: string): void {
    for (const paid of this.#paid) if (paid.startsWith(`${key}/`)) this.#paid.delete(paid)
  }

  objectDeleted(key: string): void {
    for (const [prefix, until] of this.#readable) {
      if (key.startsWith(prefix) && until > this.#machine.world.time)
        this.fail(`${key} was deleted while readers may request it`)
    }
    const record = this.record(key.split('/')[0] ?? '')
    if (scopesOf(record).some((scope) => key.startsWith(`${record?.key}/${scope}/`))) this.#lostPage(key)
  }

  #lostPage(key: string): void {
    if (this.#paid.has(key)) this.fail(`${key} was paid for and deleted`)
  }

  record = (key: string): Row | undefined =>
    unlessTombstone(this.#machine.dynamodb.items.get(JSON.stringify([`VARIANT#${key}`, 'RECORD'])))

  #all = (pk: string): Item[] => [...this.#machine.dynamodb.items.values()].filter((item) => item.pk === pk)

  records = (): Row[] =>
    [...this.#machine.dynamodb.items.values()].filter((item) => item.sk === 'RECORD' && unlessTombstone(item)) as Row[]

  /** When the next cleanup or check is due; undefined if there is none. */
  nextDue(): number | undefined {
    const entries = [...this.#all('CLEANUP'), ...this.#all('KNOWN-DUE')]
    const due = entries.map(({ dueAt }) => Date.parse(String(dueAt)))
    return due.length > 0 ? Math.min(...due) : undefined
  }

  /** Checks that ECS calls with side effects come after the write that records them. */
  acts({ name, input, process }: Call): void {
    const { startedBy, task: arn, reason } = input as { startedBy?: string; task?: string; reason?: string }
    const lease = parseLease(startedBy ?? this.#machine.ecs.tasks.get(arn ?? '')?.startedBy)
    if (!lease) return
    const record = this.record(lease.key)
    if (record?.status !== 'generating' || record.generationId !== lease.generationId) return
    if (record.attempt !== lease.attempt) return
    if (name === 'RunTaskCommand' && !record.launchedAt) this.fail('RunTask before the launch was recorded')
    if (name !== 'StopTaskCommand') return
    if (process.kind === 'abort' && !record.abortAskedAt) this.fail('StopTask before the abort was recorded')
    if (reason?.includes('GENERATION_TIMEOUT') && !record.abortAskedAt)
      this.fail('StopTask before the end was recorded')
    if (process.kind === 'sweep' && !record.abortAskedAt && !record.hungReason)
      this.fail('StopTask before its reason was recorded')
  }

  /** Checked after every step. */
  check(): void {
    if (this.#violation) throw this.#violation
    const slots = this.#all('SLOTS')
    if (slots.length > this.#machine.maxActive()) this.fail(`${slots.length} slots are taken`)
    const launched = Map.groupBy(
      this.records().filter(({ status, launchedAt }) => status === 'generating' && launchedAt),
      ({ owner }) => owner,
    )
    for (const [owner, theirs] of launched)
      if (theirs.length > this.#machine.maxActivePerOwner()) this.fail(`${theirs.length} generations of ${owner} run`)
    for (const record of this.records()) {
      if (record.status !== 'generating' || !record.launchedAt) continue
      const held = slots.some(({ generationId }) => generationId === record.generationId)
      // No task could be started, and an abort came before dispatch recorded that.
      if (!held && !(record.abortAskedAt && !this.#taskOf(record)))
        this.fail(`${record.generationId} was launched but holds no slot`)
    }
  }

  /** Checked when faults have stopped and the sweeper has finished its work. */
  settled(): void {
    const { dynamodb, ecs, s3 } = this.#machine
    for (const [generationId, process] of this.reserved) {
      if (!this.ended.has(generationId)) this.fail(`${generationId}, reserved by ${process}, never ended`)
    }
    for (const record of this.records()) {
      if (record.published) this.#checkComplete(record.published.prefix)
      const remembered = dynamodb.items.get(JSON.stringify([`GENERATION#${record.generationId}`, 'VARIANT']))
      if (remembered?.variantKey !== record.key) this.fail(`${record.generationId} cannot be found by its ID`)
    }
    this.#money.settled([...dynamodb.items.values()])
    checkKnown([...dynamodb.items.values()], (message) => this.fail(message))
    for (const pk of ['SLOTS', 'WAITING', 'CLEANUP', 'KNOWN-DUE']) {
      const left = this.#all(pk)
      if (left.length > 0) this.fail(`Left over: ${pk} ${left.map(({ sk }) => sk).join(', ')}`)
    }
    if (ecs.live.length > 0) this.fail(`${ecs.live.length} tasks are still running`)
    for (const key of s3.objects.keys()) {
      if (!this.#needed(key) && !this.#writtenLate(key)) this.fail(`Unneeded object: ${key}`)
    }
  }

  /** The bucket has no fence: a runner that wakes up hours later may still write an object. */
  #writtenLate(key: string): boolean {
    const writer = this.#machine.writers.get(key)
    return writer !== undefined && (writer.pausedUntil > 0 || (writer.facts as RunnerFacts).task.lostSight)
  }

  #needed(key: string): boolean {
    const record = this.record(key.split('/')[0] ?? '')
    const roots = [record?.generationId, record?.published?.generationId, ...scopesOf(record)]
    return roots.some((root) => root !== undefined && key.startsWith(`${record?.key}/${root}/`))
  }
}

/** Where plans and pages lie that a later generation can use. */
const scopesOf = (record: Row | undefined): string[] =>
  [record?.pageScope, record?.published?.pageScope].flatMap((scope) => (scope ? [`stored/${scope}`] : []))

/** Transitions that begin the next attempt. */
const nextAttempt = ['resume', 'retry', 'refuse']
const attemptFields = [
  ...[
    'launchedAt',
    'taskArn',
    'claimedBy',
    'hungReason',
    'seenHeartbeats',
    'seenProgressSteps',
    'silentSweeps',
    'stuckSweeps',
  ],
]
/** The fields a newly reserved record may have: none of the previous generation. */
const reservationFields = [
  ...['pk', 'sk', 'key', 'shard', 'change', 'ownerChange', 'activeShard', 'activeOwner'],
  ...['owner', 'name', 'branch', 'provider', 'model'],
  ...Object.keys(Assignment.shape),
  ...['status', 'stage', 'attempt', 'deaths', 'hostEnds', 'ranSeconds', 'heartbeats', 'progressSteps'],
  ...['published', 'publishedUrl', 'spentUsd', 'publishedCostUsd', 'createdAt', 'updatedAt'],
]

const unlessTombstone = (item: Item | undefined): Row | undefined =>
  item && !('removedAt' in item) ? (item as Row) : undefined
