import { cleanUp, listDueCleanups } from '../../shared/aws/cleanups.ts'
import { ring } from '../../shared/aws/doorbell.ts'
import { enqueue, freeSlot, listQueue, listSlots, type TakenSlot } from '../../shared/aws/queue.ts'
import { queryRecords, readRecord } from '../../shared/aws/records.ts'
import { describeTask, findTask, stopTask } from '../../shared/aws/runner-tasks.ts'
import { closeRecord, listUnbooked, transition } from '../../shared/aws/variant-store.ts'
import { type GenerationRecord, LONGEST_STEP_MINUTES, leaseOf } from '../../shared/generation.ts'
import { ABORTED_MESSAGE, isActive, OVERTIME_MESSAGE } from '../../shared/lifecycle.ts'
import type { Log } from '../../shared/log.ts'
import { millisecondsSince } from '../../shared/time.ts'
import type { Resources } from '../resources.ts'
import { bookEarlierCosts } from './book-earlier-costs.ts'
import { settleStoppedTask } from './settle-stopped-task.ts'

/** How long a step that is always quick can stay half done before it counts as abandoned. */
const GRACE_MS = 60_000

/**
 * A task counts as hung if it sends no heartbeat, or makes no progress for longer than any CLI call may take. Both are measured in
 * sweeps instead of time: during an outage that stops the sweeper, heartbeats stop too. A runner sends four heartbeats a minute.
 */
const SILENT_SWEEPS = 5
const SILENT_SECONDS = 60
/** Extra time for a runner to end its own generation at its time limit. */
const OVERTIME_SECONDS = 60
// Leaves time for git, which reports progress only when it is done.
const STEP_GRACE_SECONDS = (LONGEST_STEP_MINUTES + 5) * 60

/**
 * Finishes or undoes everything that was left half done: active records, slots, due cleanups. Each is handled separately; failures
 * are logged and retried by the next sweep.
 */
export async function sweep(
  resources: Resources<'table' | 'bucket' | 'queue' | 'cluster'>,
  log: Log,
  everySeconds = 60,
): Promise<void> {
  for (const { key } of await queryRecords(resources.table, 'active', 'active')) {
    const record = await readRecord(resources.table, key)
    // One bad record must not keep the sweeper from the others.
    if (record && isActive(record)) {
      await sweepRecord(resources, record, log, everySeconds).catch((error) =>
        log.error('a record could not be swept', { key, error }),
      )
    }
  }
  await bookCosts(resources, log)
  await freeAbandonedSlots(resources, log)
  await doCleanups(resources, log)
  if ((await listQueue(resources.table)).length > 0) await ring(resources.queue)
}

async function sweepRecord(
  resources: Resources<'table' | 'bucket' | 'queue' | 'cluster'>,
  record: GenerationRecord,
  log: Log,
  everySeconds: number,
): Promise<void> {
  if (!record.launchedAt) return await sweepQueued(resources, record)
  const taskArn = record.taskArn ?? record.claimedBy ?? (await findTask(resources.cluster, leaseOf(record)))
  if (!taskArn) return await sweepWithoutTask(resources, record, log)
  const task = await describeTask(resources.cluster, taskArn)
  if (task.unknown) return await sweepWithoutTask(resources, record, log)
  if (task.exited) {
    log.info('a task has ended', { ...leaseOf(record), detail: task.detail })
    return await settleStoppedTask(resources, leaseOf(record), task, log)
  }
  const { table } = resources
  const seen = compare(record)
  const stop = reasonToStop(record, seen, everySeconds)
  if (stop?.first === 'fail') await transition(table, 'fail', leaseOf(record), { errorMessage: stop.reason })
  if (stop?.first === 'condemn') await transition(table, 'condemn', leaseOf(record), { hungReason: stop.reason })
  if (stop) {
    log.warn('stopping a task', { ...leaseOf(record), reason: stop.reason })
    return await stopTask(resources.cluster, taskArn, stop.reason)
  }
  await transition(table, 'observe', leaseOf(record), seen)
}

/** Handles a record without a launch: it was aborted before anything ran, or it may be missing from the queue. */
async function sweepQueued(
  { table }: Resources<'table' | 'bucket' | 'queue' | 'cluster'>,
  record: GenerationRecord,
): Promise<void> {
  const { owner, key, generationId, queuedAt } = record
  if (record.abortAskedAt) await transition(table, 'confirmAbort', leaseOf(record), { errorMessage: ABORTED_MESSAGE })
  else if (millisecondsSince(queuedAt) > GRACE_MS) await enqueue(table, { owner, key, generationId, queuedAt })
}

/** Handles a launched record without a task: RunTask was never called, or ECS doesn't know the task yet, or no longer does. */
async function sweepWithoutTask(
  resources: Resources<'table' | 'bucket' | 'queue' | 'cluster'>,
  record: GenerationRecord,
  log: Log,
): Promise<void> {
  const abandoned = millisecondsSince(record.launchedAt ?? record.queuedAt) > GRACE_MS
  const unclaimed = !record.claimedBy && record.abortAskedAt !== undefined
  // dispatch died, or ECS lost the request or the report. Either way the generation itself has not failed.
  const reason = record.claimedBy ? 'ECS no longer knows it' : 'it was never started'
  const end = { by: 'host', reason } as const
  if (unclaimed || abandoned) await settleStoppedTask(resources, leaseOf(record), end, log)
}

/** Compares the runner's counters with what the last sweep saw, so no decision depends on two clocks agreeing. */
export function compare({
  heartbeats,
  progressSteps,
  seenHeartbeats,
  seenProgressSteps,
  silentSweeps = 0,
  stuckSweeps = 0,
}: GenerationRecord) {
  return {
    seenHeartbeats: heartbeats,
    seenProgressSteps: progressSteps,
    silentSweeps: heartbeats === seenHeartbeats ? silentSweeps + 1 : 0,
    stuckSweeps: progressSteps === seenProgressSteps ? stuckSweeps + 1 : 0,
  }
}

/** Why a running task must be stopped, and the transition to write `first`; undefined if it can continue. */
export function reasonToStop(
  record: GenerationRecord,
  { silentSweeps, stuckSweeps }: ReturnType<typeof compare>,
  everySeconds: number,
): { reason: string; first?: 'fail' | 'condemn' } | undefined {
  if (record.abortAskedAt) return { reason: ABORTED_MESSAGE }
  if (record.ranSeconds > record.limitSeconds + OVERTIME_SECONDS) return { reason: OVERTIME_MESSAGE, first: 'fail' }
  if (record.hungReason) return { reason: record.hungReason, first: 'condemn' }
  const silent = Math.max(SILENT_SWEEPS, SILENT_SECONDS / everySeconds)
  if (silentSweeps > silent) return { reason: 'The runner stopped sending heartbeats', first: 'condemn' }
  const stuck = (record.timeoutMinutes * 60 + STEP_GRACE_SECONDS) / everySeconds
  if (stuckSweeps > stuck) {
    return { reason: 'The runner was alive but made no progress', first: 'condemn' }
  }
  return undefined
}

async function freeAbandonedSlots(
  resources: Resources<'table' | 'bucket' | 'queue' | 'cluster'>,
  log: Log,
): Promise<void> {
  for (const slot of await listSlots(resources.table)) {
    await freeIfAbandoned(resources, slot, log).catch((error) =>
      log.error('a slot could not be swept', { ...slot, error }),
    )
  }
}

/**
 * A slot outlives its generation only until its task has stopped. If that report was lost, this frees the slot. If the task still
 * runs although its generation is over, this stops it, because nothing else would.
 */
async function freeIfAbandoned(
  { table, cluster }: Resources<'table' | 'bucket' | 'queue' | 'cluster'>,
  slot: TakenSlot,
  log: Log,
): Promise<void> {
  if (millisecondsSince(slot.takenAt) < GRACE_MS) return
  const record = await readRecord(table, slot.key)
  if (isActive(record) && record?.generationId === slot.generationId) return
  const taskArn = await findTask(cluster, slot)
  const task = taskArn === undefined ? undefined : await describeTask(cluster, taskArn)
  if (taskArn === undefined || task?.exited || task?.unknown) {
    log.warn('freeing a slot without a task', { ...slot })
    return await freeSlot(table, slot)
  }
  log.warn('stopping a task whose generation is over', { ...slot, taskArn })
  await stopTask(cluster, taskArn, 'The generation is over')
}

/** Limits for one sweep; the next one does the rest. */
const CLEANUPS_PER_SWEEP = 50
const BOOKED_PER_SWEEP = 100

/** Books the costs of generations that were not ended by their own runner, or whose runner died right afterwards. */
async function bookCosts({ table }: Resources<'table' | 'bucket' | 'queue' | 'cluster'>, log: Log): Promise<void> {
  await bookEarlierCosts({ table }).catch((error) => log.error('earlier costs were not booked', { error }))
  for (const { key } of await listUnbooked(table, BOOKED_PER_SWEEP)) {
    const record = await readRecord(table, key)
    if (record) await closeRecord(table, record).catch((error) => log.error('a cost was not booked', { key, error }))
  }
}

async function doCleanups(
  { table, bucket }: Resources<'table' | 'bucket' | 'queue' | 'cluster'>,
  log: Log,
): Promise<void> {
  for (const cleanup of await listDueCleanups(table, CLEANUPS_PER_SWEEP)) {
    await cleanUp(table, bucket, cleanup).catch((error) => log.error('a cleanup failed', { ...cleanup, error }))
  }
}
