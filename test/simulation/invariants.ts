import { Assignment, type GenerationRecord, parseLease } from '../../shared/generation.ts'
import type { DynamoDbDouble, Written } from './dynamodb-double.ts'
import type { EcsDouble } from './ecs-double.ts'
import { Endings } from './endings.ts'
import { equal, type Item } from './expressions.ts'
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
  maxActive: number
  /** GENERATION_TIMEOUT. */
  limitMinutes(): number
  writers: Map<string, SimulatedProcess | undefined>
}

type Row = Partial<GenerationRecord> & Item

const HOUR_MS = 3_600_000
const GRACE_MS = 60_000

/** What must hold whatever happens: watches every write of a record, and everything once more when all has settled. */
export class Invariants implements WorkLedger {
  readonly #machine: Machine
  readonly #endings: Endings
  /** How each generation that was reserved ended. */
  readonly ended = new Map<string, string>()
  readonly reserved = new Map<string, SimulatedProcess>()
  /** The files of every site that was uploaded, by its prefix. */
  readonly #sites = new Map<string, string[]>()
  /** Until when readers may come to a prefix. */
  readonly #readable = new Map<string, number>()
  readonly #heartbeats = new Map<string, number>()
  readonly #paid = new Set<string>()
  readonly #heads = new Map<string, number>()
  /** When the last generation of a variant ended. */
  readonly activeUntil = new Map<string, number>()
  readonly #money = new MoneyInvariants((message) => this.fail(message))

  constructor(machine: Machine) {
    this.#machine = machine
    this.#endings = new Endings({
      time: () => machine.world.time,
      limitMinutes: () => machine.limitMinutes(),
      taskOf: (record) => this.#taskOf(record),
      fail: (message) => this.fail(message),
    })
  }

  headOf = (key: string): string => `commit-${this.#heads.get(key) ?? 0}`
  pushTo = (key: string): unknown => this.#heads.set(key, (this.#heads.get(key) ?? 0) + 1)

  asked(key: string): void {
    if (this.#paid.has(key)) this.fail(`${key} was paid for a second time`)
  }

  stored = (key: string): unknown => this.#paid.add(key)
  uploaded = (prefix: string, paths: string[]): unknown => this.#sites.set(prefix, paths)

  /** Kept as well as thrown: the code under test may catch it. */
  #violation: Violation | undefined

  fail(message: string): never {
    this.#machine.world.note(`VIOLATION ${message}`)
    this.#violation ??= new Violation(message)
    throw this.#violation
  }

  written(write: Written): void {
    const { before, after } = write
    const subject = (after ?? before) as Row
    if (String(subject.pk).startsWith('SPENDING#')) this.#money.sumWritten(write)
    if (subject.sk === 'RECORD') this.#recordWritten(unlessTombstone(before), unlessTombstone(after))
    if (subject.pk === 'TURNS') this.#turnNoted(subject)
  }

  #turnNoted({ sk }: Row): void {
    const facts = this.#machine.world.active?.process.facts
    if (facts) facts.served = [...((facts.served ?? []) as unknown[]), sk]
  }

  /** A dispatch has ended well: every owner for whom it has started a task has had a turn. */
  turnsWereNoted({ facts }: SimulatedProcess): void {
    const [started = [], served = []] = [facts.started, facts.served] as unknown[][]
    const forgotten = started.filter((owner) => !served.includes(owner))
    if (forgotten.length > 0) this.fail(`${forgotten.join(', ')} had a turn that nobody has noted`)
  }

  #recordWritten(before: Row | undefined, after: Row | undefined): void {
    const { active } = this.#machine.world
    if (!active) this.fail('A record was written by nobody')
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
    if (before?.status === 'generating') this.fail('Two generations of one variant at once')
    if (this.reserved.has(generationId) && before) this.fail('A generation was reserved twice')
    // A first request that arrives again after its variant was made, aborted and deleted cannot be told from a new one.
    this.ended.delete(generationId)
    if (process.kind !== 'generate') this.fail(`${process} reserved`)
    const stale = Object.keys(after).filter((field) => !ofAReservation.includes(field))
    if (stale.length > 0) this.fail(`A stale reservation: ${stale.join(', ')}`)
    for (const field of ['deaths', 'hostEnds', 'ranSeconds', 'heartbeats', 'progressSteps'])
      if (after[field] !== 0) this.fail(`A stale reservation: ${field}`)
    if (after.attempt !== 1) this.fail('A reservation of a later attempt')
    this.reserved.set(generationId, process)
    process.facts.reserved = generationId
  }

  #closed(before: Row | undefined, after: Row): void {
    if (before?.status === 'generating') this.fail('A generation was closed while it was active')
    if (before?.generationId !== after.generationId) this.fail('A record was made by its closing')
  }

  /** The fence, in words of its own: who may change what. */
  #applied(row: string, before: Row | undefined, after: Row, process: SimulatedProcess): void {
    if (before?.status !== 'generating') this.fail(`${row} changed a record that is ${before?.status}`)
    if (before.generationId !== after.generationId) this.fail(`${row} changed the generation`)
    if (before.abortAskedAt && !['confirmAbort', 'observe'].includes(row))
      this.fail(`${row} after an abort was asked for`)
    const grown = Number(after.attempt) - Number(before.attempt)
    if (grown !== (nextAttempt.includes(row) ? 1 : 0)) this.fail(`${row} changed the attempt by ${grown}`)
    const stale = grown === 1 ? ofAnAttempt.filter((field) => after[field] !== undefined) : []
    if (stale.length > 0) this.fail(`${row} kept ${stale.join(', ')}`)
    if (process.kind === 'runner') this.#runnerWrote(row, before, process)
    else if (['claim', 'progress', 'publish', 'upToDate'].includes(row)) this.fail(`${process} wrote ${row}`)
    this.#specially(row, before, after, process)
    const told = `${after.errorMessage} ${after.waitingReason}`
    if (/arn:|(?<!-)\b\d{12}\b|assumed-role/.test(told)) this.fail(`Users are told of the account: ${told}`)
  }

  #runnerWrote(row: string, before: Row, process: SimulatedProcess): void {
    const { task } = process.facts as RunnerFacts
    const lease = parseLease(task.startedBy)
    if (lease?.generationId !== before.generationId || lease?.attempt !== before.attempt) {
      this.fail(`${row} by a fenced attempt`)
    }
    if (before.claimedBy !== task.arn && row !== 'claim' && row !== 'confirmAbort') this.fail(`${row} without a claim`)
    if (before.claimedBy && before.claimedBy !== task.arn) this.fail(`${row} on another's claim`)
  }

  #specially(row: string, before: Row, after: Row, process: SimulatedProcess): void {
    this.#isItsOwn(row, before, process)
    if (row === 'launch' && before.launchedAt) this.fail('An attempt was launched twice')
    if (row === 'claim' && !before.launchedAt) this.fail('A claim before the launch')
    if (nextAttempt.includes(row) || row === 'giveUp') this.#attemptOver(row, before)
    this.#endings.applied(row, before, after, process)
    if (row === 'recordTask') this.#isTaskOf(before, after.taskArn)
    if (row === 'fail') this.#mayFail(before, after, process)
    if (row === 'confirmAbort' && !before.abortAskedAt) this.fail('An abort that nobody asked for')
    if (row === 'confirmAbort') this.#nothingWorks(before)
    if (row === 'observe' && Number(after.seenHeartbeats) > this.#heartbeatsOf(after))
      this.fail('The sweeper saw the future')
  }

  /** An abort means the generation that it found, and dispatch the attempts that it has launched. */
  #isItsOwn(row: string, { generationId, attempt, owner }: Row, { kind, facts }: SimulatedProcess): void {
    const lease = `${generationId}/${attempt}`
    if (kind === 'abort' && facts.aborting !== generationId) this.fail(`${row} of another generation`)
    if (kind !== 'dispatch') return
    const launched = (facts.launched ?? []) as string[]
    if (row === 'recordTask') facts.started = [...((facts.started ?? []) as unknown[]), owner]
    if (row === 'launch') facts.launched = [...launched, lease]
    else if (!launched.includes(lease)) this.fail(`${row} of an attempt that another dispatch has launched`)
  }

  /** The most that this attempt ever said: a request that arrives late may set its counter back. */
  #heartbeatsOf({ generationId, attempt }: Row): number {
    return this.#heartbeats.get(`${generationId}/${attempt}`) ?? 0
  }

  #isTaskOf(record: Row, arn: unknown): void {
    const lease = parseLease(this.#machine.ecs.tasks.get(String(arn))?.startedBy)
    if (lease?.generationId !== record.generationId || lease?.attempt !== record.attempt) {
      this.fail('The record names the task of another attempt')
    }
  }

  #taskOf = ({ key, generationId, attempt }: Row) => this.#machine.ecs.taskFor(`${key}/${generationId}/${attempt}`)

  /** Nobody may work on an attempt that another follows, unless ECS itself lost sight of it. */
  #attemptOver(row: string, before: Row): void {
    const task = this.#taskOf(before)
    if (!task || task.lostSight || task.status === 'STOPPED' || task.status === 'DEPROVISIONING') return
    // A request that was on its way for longer than the sweeper's grace starts a task that nobody expects.
    if (task.createdAt - Date.parse(String(before.launchedAt)) > GRACE_MS) return
    this.fail(`${row} although the task is ${task.status}`)
  }

  #mayFail(before: Row, after: Row, process: SimulatedProcess): void {
    const facts = process.facts as Partial<RunnerFacts>
    const message = String(after.errorMessage)
    const overdue = message.includes('GENERATION_TIMEOUT') && this.#endings.isOver(before)
    const allowed =
      (process.kind === 'runner' && ['fail', 'fail with pages', 'throw'].includes(facts.fate ?? '')) ||
      (process.kind === 'dispatch' && message.includes('refused every attempt') && this.#refusedForLong()) ||
      (['runner', 'sweep'].includes(process.kind) && overdue)
    if (!allowed) this.fail(`${process} ended the generation in error without a reason: ${message}`)
  }

  /** AWS has let nothing start for as long as no deployment takes. */
  #refusedForLong(): boolean {
    const since = Math.min(...this.#machine.ecs.refusedSince.values())
    return this.#machine.world.time - since > 30 * 60_000
  }

  #nothingWorks(before: Row): void {
    const task = this.#machine.ecs.tasks.get(String(before.claimedBy))
    const facts = task?.process?.facts as RunnerFacts | undefined
    if (task?.process?.alive && facts?.working && !task.lostSight) this.fail('Aborted while its runner works')
  }

  /** Readers see a whole site, or the one before. */
  #switched(before: Row | undefined, after: Row, row: string, process: SimulatedProcess): void {
    if (!['publish', 'fail'].includes(row) || process.kind !== 'runner') this.fail(`${row} switched the site`)
    const site = after.published
    const { task } = process.facts as RunnerFacts
    if (!site?.prefix.startsWith(`${task.startedBy}/`)) this.fail('A site of another attempt')
    if (row === 'publish' && !site.complete) this.fail('A site that is not complete was published as ready')
    if (before?.published) this.#readable.set(before.published.prefix, this.#machine.world.time + HOUR_MS)
    this.#readable.set(site.prefix, Number.POSITIVE_INFINITY)
    this.#isWhole(site.prefix)
  }

  #isWhole(prefix: string): void {
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
    if (after.activeShard !== 'ended') this.fail('A generation ended, and nothing leads to its cost')
  }

  #removed(before: Row | undefined): void {
    if (before?.status === 'generating') this.fail('A generation was deleted while it was active')
    for (const [prefix] of this.#readable) if (prefix.startsWith(`${before?.key}/`)) this.#readable.delete(prefix)
    this.forget(String(before?.key))
  }

  /** What belonged to a deleted record may go, and has to be paid for again. */
  forget(key: string): void {
    for (const paid of this.#paid) if (paid.startsWith(`${key}/`)) this.#paid.delete(paid)
  }

  objectDeleted(key: string): void {
    for (const [prefix, until] of this.#readable) {
      if (key.startsWith(prefix) && until > this.#machine.world.time) this.fail(`${key} was deleted under its readers`)
    }
    const record = this.record(key.split('/')[0] ?? '')
    if (record && key.startsWith(`${record.key}/stored/${record.pageScope}/`)) this.#lostPage(key)
  }

  #lostPage(key: string): void {
    if (this.#paid.has(key)) this.fail(`${key} was paid for and deleted`)
  }

  record = (key: string): Row | undefined =>
    unlessTombstone(this.#machine.dynamodb.items.get(JSON.stringify([`VARIANT#${key}`, 'RECORD'])))

  #all = (pk: string): Item[] => [...this.#machine.dynamodb.items.values()].filter((item) => item.pk === pk)

  records = (): Row[] =>
    [...this.#machine.dynamodb.items.values()].filter((item) => item.sk === 'RECORD' && unlessTombstone(item)) as Row[]

  /** When the next cleanup is due; undefined when there is none. */
  nextCleanup(): number | undefined {
    const due = this.#all('CLEANUP').map(({ dueAt }) => Date.parse(String(dueAt)))
    return due.length > 0 ? Math.min(...due) : undefined
  }

  /** Record first, then act: of the calls of ECS that change something. */
  acts({ name, input, process }: Call): void {
    const { startedBy, task: arn, reason } = input as { startedBy?: string; task?: string; reason?: string }
    const lease = parseLease(startedBy ?? this.#machine.ecs.tasks.get(arn ?? '')?.startedBy)
    if (!lease) return
    const record = this.record(lease.key)
    if (record?.status !== 'generating' || record.generationId !== lease.generationId) return
    if (record.attempt !== lease.attempt) return
    if (name === 'RunTaskCommand' && !record.launchedAt) this.fail('RunTask before the launch was on the record')
    if (name !== 'StopTaskCommand') return
    if (process.kind === 'abort' && !record.abortAskedAt) this.fail('StopTask before the abort was on the record')
    if (reason?.includes('GENERATION_TIMEOUT') && !record.abortAskedAt)
      this.fail('StopTask before the end was on the record')
    if (process.kind === 'sweep' && !record.abortAskedAt && !record.hungReason)
      this.fail('StopTask before the reason was on the record')
  }

  /** After every step. */
  check(): void {
    if (this.#violation) throw this.#violation
    const slots = this.#all('SLOTS')
    if (slots.length > this.#machine.maxActive) this.fail(`${slots.length} slots are taken`)
    for (const record of this.records()) {
      if (record.status !== 'generating' || !record.launchedAt) continue
      const held = slots.some(({ generationId }) => generationId === record.generationId)
      // No task was to be had, and an abort came before dispatch could say so.
      if (!held && !(record.abortAskedAt && !this.#taskOf(record)))
        this.fail(`${record.generationId} was launched and holds no slot`)
    }
  }

  /** When faults have stopped and the sweeper has had its time. */
  settled(): void {
    const { dynamodb, ecs, s3 } = this.#machine
    for (const [generationId, process] of this.reserved) {
      if (!this.ended.has(generationId)) this.fail(`${generationId}, reserved by ${process}, never ended`)
    }
    for (const record of this.records()) {
      if (record.published) this.#isWhole(record.published.prefix)
      const remembered = dynamodb.items.get(JSON.stringify([`GENERATION#${record.generationId}`, 'VARIANT']))
      if (remembered?.variantKey !== record.key) this.fail(`${record.generationId} is not found by its id`)
    }
    this.#money.settled([...dynamodb.items.values()])
    for (const pk of ['SLOTS', 'WAITING', 'CLEANUP']) {
      const left = this.#all(pk)
      if (left.length > 0) this.fail(`Left over: ${pk} ${left.map(({ sk }) => sk).join(', ')}`)
    }
    if (ecs.live.length > 0) this.fail(`${ecs.live.length} tasks are still running`)
    for (const key of s3.objects.keys()) {
      if (!this.#needed(key) && !this.#writtenByARevenant(key)) this.fail(`Nobody needs ${key}`)
    }
  }

  /** The bucket has no fence: who wakes up hours later may still write one object. */
  #writtenByARevenant(key: string): boolean {
    const writer = this.#machine.writers.get(key)
    return writer !== undefined && (writer.pausedUntil > 0 || (writer.facts as RunnerFacts).task.lostSight)
  }

  #needed(key: string): boolean {
    const record = this.record(key.split('/')[0] ?? '')
    const roots = [record?.generationId, record?.published?.generationId, record && `stored/${record.pageScope}`]
    return roots.some((root) => root !== undefined && key.startsWith(`${record?.key}/${root}/`))
  }
}

/** The rows after which another attempt follows. */
const nextAttempt = ['resume', 'retry', 'refuse']
const ofAnAttempt = [
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
/** All that a record may hold when it has just been reserved: nothing of the generation before. */
const ofAReservation = [
  ...['pk', 'sk', 'key', 'shard', 'activeShard', 'owner', 'name', 'branch', 'provider', 'model'],
  ...Object.keys(Assignment.shape),
  ...['status', 'stage', 'attempt', 'deaths', 'hostEnds', 'ranSeconds', 'heartbeats', 'progressSteps'],
  ...['published', 'spentUsd', 'publishedCostUsd', 'createdAt', 'updatedAt', 'changedAt'],
]

const unlessTombstone = (item: Item | undefined): Row | undefined =>
  item && !('removedAt' in item) ? (item as Row) : undefined
