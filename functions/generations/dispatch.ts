import { ring } from '../../shared/aws/doorbell.ts'
import {
  dequeue,
  freeSlot,
  listQueue,
  listSlots,
  readTurns,
  recordTurn,
  type TakenSlot,
  takeOverSlot,
  takeSlot,
} from '../../shared/aws/queue.ts'
import { readRecord } from '../../shared/aws/records.ts'
import { startTask, stopTask } from '../../shared/aws/runner-tasks.ts'
import { transition } from '../../shared/aws/variant-store.ts'
import { type GenerationRecord, leaseOf } from '../../shared/generation.ts'
import { isActive, LONGEST_WAIT_SECONDS } from '../../shared/lifecycle.ts'
import type { Log } from '../../shared/log.ts'
import { millisecondsSince, now } from '../../shared/time.ts'
import { type Limits, nextInTurn, type QueueEntry } from '../../shared/turns.ts'
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

/** As many starts as one invocation has time for; it rings again if there are more. */
const STARTS_PER_ROUND = 20

/**
 * When AWS refuses a task it refuses them all, usually because of a deployment in progress, so dispatch waits. After this many
 * minutes and attempts (the sweeper rings every minute), the deployment itself must be broken.
 */
const REFUSED_MINUTES = 30
const REFUSED_TIMES = 10

/** Gives free slots to queued generations, taking owners in turn, and starts their tasks. Concurrent calls are safe. */
export async function dispatch(
  resources: Resources<'table' | 'queue' | 'cluster'>,
  options: DispatchOptions,
): Promise<void> {
  const skipped = new Set<string>()
  const round: Round = { ...options, refusedForGood: false }
  for (let started = 0; started < STARTS_PER_ROUND; ) {
    const [waiting, slots, turns] = await Promise.all([
      listQueue(resources.table),
      listSlots(resources.table),
      readTurns(resources.table),
    ])
    const next = nextInTurn(
      waiting.filter(({ generationId }) => !skipped.has(generationId)),
      slots,
      turns,
      options,
    )
    if (!next) return
    const outcome = await launch(resources, next, slots, round)
    if (outcome === 'no-capacity') return
    if (outcome === 'started') started++
    else skipped.add(next.generationId)
  }
  await ring(resources.queue)
}

interface Round extends DispatchOptions {
  /** A generation has been refused for so long that it failed. Others refused in this round then fail at once. */
  refusedForGood: boolean
}

type LaunchOutcome = 'started' | 'gone' | 'not-yet' | 'no-capacity'

/** Writes before it acts: take the slot, mark the record as launched, start the task, record its ARN. */
async function launch(
  resources: Resources<'table' | 'queue' | 'cluster'>,
  waiting: QueueEntry,
  slots: TakenSlot[],
  round: Round,
): Promise<LaunchOutcome> {
  const { table } = resources
  const record = await readRecord(table, waiting.key)
  if (!record || !isStillWaiting(record, waiting)) return await dropStray(resources, record, waiting)
  // The sweeper rings again: a FIFO queue can't delay a single message.
  if (isHeldBack(record)) return 'not-yet'
  const mayUse = await mayUseCredentials(table, record.owner, round.credentialsFor)
  const held = slots.find(({ generationId }) => generationId === waiting.generationId)
  const taker = { ...leaseOf(record), owner: waiting.owner }
  const slot = await (held ? takeOverSlot(table, held, taker) : takeSlot(table, taker, slots, round.maxActive))
  if (!slot) return held ? 'not-yet' : 'no-capacity'
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
  if (outcome === 'started') await Promise.all([dequeue(table, waiting), recordTurn(table, waiting.owner)])
  return outcome
}

const isStillWaiting = (record: GenerationRecord, { generationId }: QueueEntry): boolean =>
  isActive(record) && record.generationId === generationId && !record.launchedAt && !record.abortAskedAt

/** Ignores a time further ahead than any wait: it was written before this machine's clock was set back. */
function isHeldBack({ notBefore }: GenerationRecord): boolean {
  const leftMs = notBefore === undefined ? 0 : -millisecondsSince(notBefore)
  return leftMs > 0 && leftMs <= LONGEST_WAIT_SECONDS * 1_000
}

async function dropStray(
  { table }: Resources<'table' | 'queue' | 'cluster'>,
  record: GenerationRecord | undefined,
  waiting: QueueEntry,
): Promise<LaunchOutcome> {
  const reserved = record?.generationId === waiting.generationId
  // Keep the entry while its task runs: the generation may be about to resume, which writes the entry before the record.
  if (reserved && isActive(record)) return 'not-yet'
  if (!reserved && millisecondsSince(waiting.queuedAt) < STRAY_AFTER_MS) return 'not-yet'
  await dequeue(table, waiting)
  return 'gone'
}

async function start(
  resources: Resources<'table' | 'queue' | 'cluster'>,
  record: GenerationRecord,
  slot: TakenSlot,
  round: Round,
): Promise<LaunchOutcome> {
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
  return 'no-capacity'
}

/** Requeues a refused generation, or fails it if AWS has refused it for too long. */
async function waitOut(
  { table }: Resources<'table' | 'queue' | 'cluster'>,
  record: GenerationRecord,
  slot: TakenSlot,
  waitingReason: string,
  round: Round,
): Promise<LaunchOutcome> {
  const refused = { since: record.refused?.since ?? now(), times: (record.refused?.times ?? 0) + 1 }
  const tooLong = millisecondsSince(refused.since) > REFUSED_MINUTES * 60_000 && refused.times >= REFUSED_TIMES
  round.refusedForGood ||= tooLong
  if (round.refusedForGood) await transition(table, 'fail', leaseOf(record), { errorMessage: REFUSED_MESSAGE })
  else await transition(table, 'refuse', leaseOf(record), { waitingReason, refused })
  await freeSlot(table, slot)
  return round.refusedForGood ? 'gone' : 'no-capacity'
}

const REFUSED_MESSAGE = `No task could be started: AWS has refused every attempt for more than ${REFUSED_MINUTES} minutes. The service's operator can find the reason in the dispatch log; generate again once it is fixed.`
