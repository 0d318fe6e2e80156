import { setTimeout as sleep } from 'node:timers/promises'
import type { Table } from '../../shared/aws/clients.ts'
import { ring } from '../../shared/aws/doorbell.ts'
import {
  dequeue,
  enqueue,
  freeSlot,
  type LineState,
  leaveTurn,
  listFront,
  listSlots,
  queueSource,
  readLineState,
  recordTurn,
  type TakenSlot,
  takeOverSlot,
  takeSlot,
} from '../../shared/aws/queue.ts'
import { readRecord } from '../../shared/aws/records.ts'
import { startTask, stopTask } from '../../shared/aws/runner-tasks.ts'
import { transition } from '../../shared/aws/variant-store.ts'
import { type GenerationRecord, leaseOf } from '../../shared/generation.ts'
import { isActive, isHeldBack } from '../../shared/lifecycle.ts'
import type { Log } from '../../shared/log.ts'
import { millisecondsSince, now } from '../../shared/time.ts'
import {
  addTo,
  entryOf,
  hasRun,
  type Limits,
  type Line,
  loadOf,
  openLine,
  type QueueEntry,
} from '../../shared/turns.ts'
import type { Resources } from '../resources.ts'
import { mayUseCredentials } from './git-rights.ts'

export interface DispatchOptions extends Limits {
  generationTimeoutMinutes: number
  /** Whose generations may use credentials for private repositories: GIT_CREDENTIALS_FOR. */
  credentialsFor: readonly string[]
  log: Log
}

/** A queue entry older than this without a matching record belongs to a request that died before it reserved the variant. */
const STRAY_AFTER_MS = 60_000

/** RunTask's documented rate on Fargate. */
const STARTS_PER_SECOND = 20
/** How long a round goes on starting tasks, well within the function's 60 seconds. It rings again if there may be more. */
const ROUND_MS = 25_000

/**
 * When AWS refuses a task it refuses them all, usually because of a deployment in progress, so dispatch waits. After this many
 * minutes and attempts (the sweeper rings every minute), the deployment itself must be broken.
 */
const REFUSED_MINUTES = 30
const REFUSED_TIMES = 10

/**
 * Gives free slots to queued generations, taking owners in turn, and starts their tasks. Concurrent calls are safe.
 *
 * Starts are made side by side in waves of 1, 2, 4 … up to RunTask's rate: as soon as AWS starts nothing, few have tried in vain.
 */
export async function dispatch(
  resources: Resources<'table' | 'queue' | 'cluster'>,
  options: DispatchOptions,
): Promise<void> {
  const round = await openRound(resources.table, options)
  for (let size = 1; ; size = Math.min(size * 2, STARTS_PER_SECOND)) {
    const began = Date.now()
    const wave = await pickWave(round, size)
    if (wave.length === 0) return
    await startWave(resources, wave, round)
    if (round.overtaken || (!round.ended && Date.now() - round.began > ROUND_MS)) return await ring(resources.queue)
    if (round.ended) return
    await sleep(Math.max(0, began + (wave.length * 1_000) / STARTS_PER_SECOND - Date.now()))
  }
}

/** One reading of the queue, and what is known of slots since then. */
interface Round extends DispatchOptions {
  began: number
  line: Line
  slots: TakenSlot[]
  state: LineState
  /** AWS starts no more tasks for now, or all slots are taken. */
  ended: boolean
  /** Another dispatch took slots at the same time, and both may have given them back. */
  overtaken: boolean
  /** A generation has been refused for so long that it failed. Others refused in this round then fail at once. */
  refusedForGood: boolean
}

async function openRound(table: Table, options: DispatchOptions): Promise<Round> {
  const began = Date.now()
  const [front, slots, state] = await Promise.all([listFront(table), listSlots(table), readLineState(table)])
  const line = openLine(queueSource(table), front, state.lastTurn)
  return { ...options, began, line, slots, state, ended: false, overtaken: false, refusedForGood: false }
}

/** Up to `size` generations that may start now. While drained, only those that hold a slot: they are not new. */
async function pickWave({ line, slots, state, ...limits }: Round, size: number): Promise<QueueEntry[]> {
  const load = loadOf(slots)
  const room = state.drained ? NO_ROOM : limits
  const wave: QueueEntry[] = []
  while (wave.length < size) {
    const entry = await line.next(load, room)
    if (!entry) break
    wave.push(entry)
    if (!load.holders.has(entry.generationId)) addTo(load, entry.owner)
  }
  return wave
}

const NO_ROOM: Limits = { maxActive: 0, maxActivePerOwner: 0 }

/** `no-slot`: all are taken. `overtaken`: another dispatch took slots at the same time, or an admin stopped starts. */
type Outcome = 'started' | 'gone' | 'not-yet' | 'no-slot' | 'overtaken' | { laterBecause: string }

/** A generation that has taken a slot. */
interface Claim {
  outcome?: undefined
  waiting: QueueEntry
  record: GenerationRecord
  slot: TakenSlot
  /** The slot it held already. */
  held: TakenSlot | undefined
  mayUse: boolean
}

/** Takes the slots of a whole wave, checks the limits once, then starts the tasks. Every start finishes, even if another fails. */
async function startWave(
  resources: Resources<'table' | 'queue' | 'cluster'>,
  wave: readonly QueueEntry[],
  round: Round,
): Promise<void> {
  const { table } = resources
  const numbers = new Set(round.slots.map(({ number }) => number))
  const claims = await all(wave, async (waiting) => await claim(resources, waiting, numbers, round))
  const [slots, state] = await Promise.all([listSlots(table), readLineState(table)])
  Object.assign(round, { slots, state })
  const outcomes = await all(claims, async (each) => each.outcome ?? (await startClaimed(resources, each, round)))
  const given = new Set(
    claims.flatMap(({ slot }, index) => (slot && outcomes[index] !== 'started' ? slot.takenBy : [])),
  )
  round.slots = slots.filter(({ takenBy }) => !given.has(takenBy))
  const later = outcomes.find((outcome) => typeof outcome === 'object')
  round.ended ||= later !== undefined || outcomes.includes('no-slot')
  round.overtaken ||= outcomes.includes('overtaken')
  for (const [index, { owner, atFront }] of wave.entries())
    if (!atFront && (outcomes[index] === 'gone' || outcomes[index] === 'not-yet')) round.line.repeatTurn(owner)
  const blockedReason = later?.laterBecause ?? (outcomes.includes('started') ? undefined : state.blockedReason)
  const { lastTurn } = round.line
  const isChanged = lastTurn !== state.lastTurn || blockedReason !== state.blockedReason
  if (isChanged || outcomes.includes('started')) await recordTurn(table, { lastTurn, blockedReason })
}

/** Runs all side by side. Waits for all even if some fail, then throws the first error. */
async function all<Item, Result>(items: readonly Item[], run: (item: Item) => Promise<Result>): Promise<Result[]> {
  const settled = await Promise.allSettled(items.map(run))
  return settled.map((each) => {
    if (each.status === 'rejected') throw each.reason
    return each.value
  })
}

/**
 * Moves a generation to the front of the queue, then takes a slot: if this process dies in between or afterwards, the next dispatch
 * finds at the front whatever holds a slot without a task.
 */
async function claim(
  { table }: Resources<'table' | 'queue' | 'cluster'>,
  waiting: QueueEntry,
  numbers: Set<number>,
  round: Round,
): Promise<Claim | { outcome: Outcome; slot?: undefined }> {
  const record = await readRecord(table, waiting.key)
  if (!record || !isStillWaiting(record, waiting)) return { outcome: await dropStray(table, record, waiting) }
  // The sweeper rings again: a FIFO queue can't delay a single message.
  if (isHeldBack(record)) return { outcome: 'not-yet' }
  const mayUse = await mayUseCredentials(table, record.owner, round.credentialsFor)
  const held = round.slots.find(({ generationId }) => generationId === waiting.generationId)
  const taker = { ...leaseOf(record), owner: waiting.owner }
  if (!waiting.atFront) await enqueue(table, { ...entryOf(record), atFront: true })
  const slot = await (held ? takeOverSlot(table, held, taker) : takeSlot(table, taker, numbers, round.maxActive))
  return slot ? { waiting, record, slot, held, mayUse } : { outcome: held ? 'not-yet' : 'no-slot' }
}

/** Concurrent dispatches may exceed an owner's limit together, but then at least one of them sees it, and gives its slots back. */
async function startClaimed(
  resources: Resources<'table' | 'queue' | 'cluster'>,
  claimed: Claim,
  round: Round,
): Promise<Outcome> {
  const { owner } = claimed.slot
  const held = round.slots.filter((slot) => slot.owner === owner).length
  const isNew = !hasRun(claimed.record)
  const isAllowed = !(round.state.drained && isNew) && (claimed.held || held <= round.maxActivePerOwner)
  if (isAllowed) return await launch(resources, claimed, round)
  // Another dispatch may be about to launch in a slot that was held before, so don't free it.
  if (claimed.held) return 'not-yet'
  await freeSlot(resources.table, claimed.slot)
  return 'overtaken'
}

/** Writes before it acts: mark the record as launched, start the task, record its ARN. */
async function launch(
  resources: Resources<'table' | 'queue' | 'cluster'>,
  { waiting, record, slot, held, mayUse }: Claim,
  round: Round,
): Promise<Outcome> {
  const { table } = resources
  const { applied } = await transition(table, 'launch', leaseOf(record), {
    launchedAt: now(),
    startedAt: record.startedAt ?? now(),
    limitSeconds: round.generationTimeoutMinutes * 60,
    mayUseCredentials: mayUse,
  })
  if (!applied) {
    // An abort or another dispatch got in between. The latter may own a slot that was held before, so don't free it.
    if (!held) await freeSlot(table, slot)
    return 'not-yet'
  }
  const outcome = await start(resources, record, slot, round)
  if (outcome === 'started') await dequeue(table, waiting)
  return outcome
}

const isStillWaiting = (record: GenerationRecord, { generationId }: QueueEntry): boolean =>
  isActive(record) && record.generationId === generationId && !record.launchedAt && !record.abortAskedAt

async function dropStray(table: Table, record: GenerationRecord | undefined, waiting: QueueEntry): Promise<Outcome> {
  const reserved = record?.generationId === waiting.generationId
  // Keep the entry at the front while its task runs: the generation may be about to resume, which writes the entry before the record.
  if (reserved && isActive(record)) {
    if (!waiting.atFront && (record.taskArn || record.claimedBy)) await leaveTurn(table, waiting)
    return 'not-yet'
  }
  if (!reserved && millisecondsSince(waiting.queuedAt) < STRAY_AFTER_MS) return 'not-yet'
  await dequeue(table, waiting)
  return 'gone'
}

async function start(
  resources: Resources<'table' | 'queue' | 'cluster'>,
  record: GenerationRecord,
  slot: TakenSlot,
  round: Round,
): Promise<Outcome> {
  const { table, cluster } = resources
  const lease = leaseOf(record)
  const result = await startTask(cluster, lease)
  round.log[result.outcome === 'refused' ? 'error' : 'info']('task requested', { ...lease, ...result })
  if (result.outcome === 'started') {
    const { applied } = await transition(table, 'recordTask', lease, { taskArn: result.taskArn })
    // Either an abort overtook us before there was a task to stop, so we have to stop it, or the runner has already
    // ended the generation, and then stopping it again does no harm.
    if (!applied) await stopTask(cluster, result.taskArn, 'The generation went on without this task')
    return 'started'
  }
  // The task may or may not have started. Keep the slot and the record; the sweeper looks for the task.
  if (result.outcome === 'unknown') return 'started'
  if (result.outcome === 'refused') return await waitOut(resources, record, slot, result.reason, round)
  await transition(table, 'refuse', lease, { waitingReason: result.reason })
  await freeSlot(table, slot)
  return { laterBecause: result.reason }
}

/** Requeues a refused generation, or fails it if AWS has refused it for too long. */
async function waitOut(
  { table }: Resources<'table' | 'queue' | 'cluster'>,
  record: GenerationRecord,
  slot: TakenSlot,
  waitingReason: string,
  round: Round,
): Promise<Outcome> {
  const refused = { since: record.refused?.since ?? now(), times: (record.refused?.times ?? 0) + 1 }
  const tooLong = millisecondsSince(refused.since) > REFUSED_MINUTES * 60_000 && refused.times >= REFUSED_TIMES
  round.refusedForGood ||= tooLong
  if (round.refusedForGood) await transition(table, 'fail', leaseOf(record), { errorMessage: REFUSED_MESSAGE })
  else await transition(table, 'refuse', leaseOf(record), { waitingReason, refused })
  await freeSlot(table, slot)
  return round.refusedForGood ? 'gone' : { laterBecause: waitingReason }
}

const REFUSED_MESSAGE = `No task could be started: AWS has refused every attempt for more than ${REFUSED_MINUTES} minutes. The service's operator can find the reason in the dispatch log; generate again once it is fixed.`
