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
import { startTask, stopTask } from '../../shared/aws/runner-tasks.ts'
import { readRecord, transition } from '../../shared/aws/variant-store.ts'
import { type GenerationRecord, leaseOf } from '../../shared/generation.ts'
import { isActive, LONGEST_WAIT_SECONDS } from '../../shared/lifecycle.ts'
import type { Log } from '../../shared/log.ts'
import { millisecondsSince, now } from '../../shared/time.ts'
import { type Limits, nextInTurn, type QueueEntry } from '../../shared/turns.ts'
import type { Resources } from '../resources.ts'

export interface DispatchOptions extends Limits {
  generationTimeoutMinutes: number
  log: Log
}

/** A queue entry older than this without a record belongs to a request that died before it reserved. */
const STRAY_AFTER_MS = 60_000

/** One Lambda's worth of starts; with more to do it rings for another round. */
const STARTS_PER_ROUND = 20

/**
 * AWS refuses every generation alike, and a deployment that passes is the usual reason: so it is waited out. After so long, tried so
 * often (the sweeper rings every minute), it is the deployment itself that is wrong.
 */
const REFUSED_MINUTES = 30
const REFUSED_TIMES = 10

/** Gives free slots to those who wait, owner by owner in turn, and starts their tasks. Several at once are safe. */
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
  /** One generation was refused for so long that it was given up: nor do the others, refused just now, have to wait as long. */
  refusedForGood: boolean
}

type Launched = 'started' | 'gone' | 'not-yet' | 'no-capacity'

/** Record first, then act: the slot, the launch on the record, the task, its ARN on the record. */
async function launch(
  resources: Resources<'table' | 'queue' | 'cluster'>,
  waiting: QueueEntry,
  slots: TakenSlot[],
  round: Round,
): Promise<Launched> {
  const { table } = resources
  const record = await readRecord(table, waiting.key)
  if (!record || !waitsStill(record, waiting)) return await dropStray(resources, record, waiting)
  // The sweeper rings again: a FIFO queue can't delay a single message.
  if (isHeldBack(record)) return 'not-yet'
  const held = slots.find(({ generationId }) => generationId === waiting.generationId)
  const taker = { ...leaseOf(record), owner: waiting.owner }
  const slot = await (held ? takeOverSlot(table, held, taker) : takeSlot(table, taker, slots, round.maxActive))
  if (!slot) return held ? 'not-yet' : 'no-capacity'
  const { applied } = await transition(table, 'launch', leaseOf(record), {
    launchedAt: now(),
    startedAt: record.startedAt ?? now(),
    limitSeconds: round.generationTimeoutMinutes * 60,
  })
  if (!applied) {
    // An abort, or another dispatch, came in between; a slot that was held before may be the other's by now.
    if (!held) await freeSlot(table, slot)
    return 'not-yet'
  }
  const outcome = await start(resources, record, slot, round)
  if (outcome === 'started') await Promise.all([dequeue(table, waiting), recordTurn(table, waiting.owner)])
  return outcome
}

const waitsStill = (record: GenerationRecord, { generationId }: QueueEntry): boolean =>
  isActive(record) && record.generationId === generationId && !record.launchedAt && !record.abortAskedAt

/** A time that lies further ahead than any wait was written before this machine's clock was set back: it holds nothing back. */
function isHeldBack({ notBefore }: GenerationRecord): boolean {
  const leftMs = notBefore === undefined ? 0 : -millisecondsSince(notBefore)
  return leftMs > 0 && leftMs <= LONGEST_WAIT_SECONDS * 1_000
}

async function dropStray(
  { table }: Resources<'table' | 'queue' | 'cluster'>,
  record: GenerationRecord | undefined,
  waiting: QueueEntry,
): Promise<Launched> {
  const reserved = record?.generationId === waiting.generationId
  // While its task runs an entry means nothing, but a resume writes its entry before the record.
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
): Promise<Launched> {
  const { table, cluster } = resources
  const lease = leaseOf(record)
  const result = await startTask(cluster, lease)
  round.log[result.outcome === 'refused' ? 'error' : 'info']('task asked for', { ...lease, ...result })
  if (result.outcome === 'started') {
    const { applied } = await transition(table, 'recordTask', lease, { taskArn: result.taskArn })
    // An abort overtook us and saw no task to stop: this one is ours to stop. A runner that has already ended its
    // generation has no use for the record of its ARN either, and stopping it again does no harm.
    if (!applied) await stopTask(cluster, result.taskArn, 'The generation went on without this task')
    return 'started'
  }
  // Nobody knows whether it started: the slot and the record stay, and the sweeper looks for the task.
  if (result.outcome === 'unknown') return 'started'
  if (result.outcome === 'refused') return await waitOut(resources, record, slot, result.reason, round)
  await transition(table, 'refuse', lease, { waitingReason: result.reason })
  await freeSlot(table, slot)
  return 'no-capacity'
}

/** A deployment passes; one that is wrong tells the owner. */
async function waitOut(
  { table }: Resources<'table' | 'queue' | 'cluster'>,
  record: GenerationRecord,
  slot: TakenSlot,
  waitingReason: string,
  round: Round,
): Promise<Launched> {
  const refused = { since: record.refused?.since ?? now(), times: (record.refused?.times ?? 0) + 1 }
  const tooLong = millisecondsSince(refused.since) > REFUSED_MINUTES * 60_000 && refused.times >= REFUSED_TIMES
  round.refusedForGood ||= tooLong
  if (round.refusedForGood) await transition(table, 'fail', leaseOf(record), { errorMessage: REFUSED_FOR_GOOD })
  else await transition(table, 'refuse', leaseOf(record), { waitingReason, refused })
  await freeSlot(table, slot)
  return round.refusedForGood ? 'gone' : 'no-capacity'
}

const REFUSED_FOR_GOOD = `No task could be started: AWS has refused every try for more than ${REFUSED_MINUTES} minutes. The service's operator finds the reason in the log of dispatch; ask again once it is mended.`
