import { isServiceTrouble } from '../../../shared/aws/clients.ts'
import { type FoundTask, findTasks, stopTask, type WantedTask } from '../../../shared/aws/runner-tasks.ts'
import { transition } from '../../../shared/aws/variant-store.ts'
import { formatLease, type GenerationRecord, leaseOf } from '../../../shared/generation.ts'
import type { TaskEnd } from '../../../shared/lifecycle.ts'
import { millisecondsSince } from '../../../shared/time.ts'
import { settleTask } from '../settle-stopped-task.ts'
import { compare, isWorthWriting, reasonToStop } from './health.ts'
import { GRACE_MS, handleEach, type SweepRun } from './run.ts'

/** Handles up to a hundred launched records: settles what has ended, stops what must end, and watches the rest. */
export async function sweepTasks(run: SweepRun, records: readonly GenerationRecord[]): Promise<void> {
  const wanted = records.map((record) => ({ ...leaseOf(record), taskArn: record.taskArn ?? record.claimedBy }))
  const { tasks, failed } = await lookUp(run, wanted)
  const known = records.filter((record) => !failed.has(formatLease(leaseOf(record))))
  await handleEach(run, 'a record could not be swept', known, async (record) => {
    const task = tasks.get(formatLease(leaseOf(record)))
    if (task) await sweepTask(run, record, task)
    else await sweepWithoutTask(run, record)
  })
}

/**
 * Finds up to a hundred tasks. If ECS rejects the question because of one of them, each is looked up alone; the attempts whose
 * lookup fails are logged and returned as `failed`.
 */
export async function lookUp(
  run: SweepRun,
  wanted: readonly WantedTask[],
): Promise<{ tasks: ReadonlyMap<string, FoundTask>; failed: ReadonlySet<string> }> {
  const { cluster } = run.resources
  try {
    return { tasks: await findTasks(cluster, wanted), failed: new Set() }
  } catch (error) {
    if (isServiceTrouble(error)) throw error
  }
  const tasks = new Map<string, FoundTask>()
  const failed = new Set(wanted.map(formatLease))
  await handleEach(run, 'a task could not be looked up', wanted, async (lease) => {
    for (const [found, task] of await findTasks(cluster, [lease])) tasks.set(found, task)
    failed.delete(formatLease(lease))
  })
  return { tasks, failed }
}

async function sweepTask(run: SweepRun, record: GenerationRecord, { taskArn, state }: FoundTask): Promise<void> {
  const { table, cluster } = run.resources
  const lease = leaseOf(record)
  if (state.exited) {
    run.log.info('a task has ended', { ...lease, detail: state.detail })
    return await settle(run, record, state)
  }
  const remembered = run.memory.seen.get(formatLease(lease))
  const seen = compare(record, remembered)
  const stop = reasonToStop(record, seen, run.everySeconds)
  if (stop?.first === 'fail') await transition(table, 'fail', lease, { errorMessage: stop.reason })
  if (stop?.first === 'condemn') await transition(table, 'condemn', lease, { hungReason: stop.reason })
  if (stop) {
    run.log.warn('stopping a task', { ...lease, reason: stop.reason })
    return await stopTask(cluster, taskArn, stop.reason)
  }
  if (isWorthWriting(seen, remembered)) await transition(table, 'observe', lease, seen)
  run.memory.seen.set(formatLease(lease), seen)
}

/** Handles a launched record without a task: RunTask was never called, or ECS doesn't know the task yet, or no longer does. */
async function sweepWithoutTask(run: SweepRun, record: GenerationRecord): Promise<void> {
  const abandoned = millisecondsSince(record.launchedAt ?? record.queuedAt) > GRACE_MS
  const unclaimed = !record.claimedBy && record.abortAskedAt !== undefined
  // dispatch died, or ECS lost the request or the report. Either way the generation itself has not failed.
  const reason = record.claimedBy ? 'ECS no longer knows it' : 'it was never started'
  if (unclaimed || abandoned) await settle(run, record, { by: 'host', reason })
}

async function settle(run: SweepRun, record: GenerationRecord, end: TaskEnd): Promise<void> {
  await settleTask(run.resources, leaseOf(record), end, run.log, await run.slots())
  run.woken = true
}
