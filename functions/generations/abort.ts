import { setTimeout as sleep } from 'node:timers/promises'
import type { generations } from '../../api/endpoints/generations.ts'
import { isServiceTrouble } from '../../shared/aws/clients.ts'
import { within } from '../../shared/aws/deadline.ts'
import { dequeue, freeSlot, listSlots } from '../../shared/aws/queue.ts'
import { readRecord } from '../../shared/aws/records.ts'
import { describeTask, stopTask } from '../../shared/aws/runner-tasks.ts'
import { transition } from '../../shared/aws/variant-store.ts'
import { DomainError } from '../../shared/errors.ts'
import { type GenerationRecord, leaseOf } from '../../shared/generation.ts'
import { ABORTED_MESSAGE, isAborted, isActive } from '../../shared/lifecycle.ts'
import type { Log } from '../../shared/log.ts'
import { now } from '../../shared/time.ts'
import { isAdmin } from '../../shared/user.ts'
import { variantPath } from '../../shared/variant.ts'
import type { Call } from '../http/serve.ts'
import type { Resources } from '../resources.ts'
import { findProject, findVariant, pathOf } from '../variants/find.ts'

type AbortCall = Pick<Call<typeof generations.abortProject>, 'query' | 'caller' | 'event' | 'log' | 'signal'>

/** Aborts a variant's active generation. @throws DomainError `nothing-to-abort`, and those of {@link abort} */
export async function abortVariant(
  resources: Resources<'table' | 'cluster'>,
  call: Call<typeof generations.abortVariant>,
) {
  const { params, query, caller, log, signal } = call
  const options = { for: 'change', owner: query.owner, matches: wasActive(call) } as const
  const record = await findVariant(resources, params, caller, options)
  if (!record) throw new DomainError('nothing-to-abort', {})
  const aborted = pathOf(params)
  await abort(resources, record, `${record.owner}/${aborted}`, log, signal)
  return { aborted }
}

/**
 * Aborts a project's active generation. If one owner has several, it aborts the oldest.
 *
 * @throws DomainError `nothing-to-abort`, `several-owners`, and those of {@link abort}
 */
export async function abortProject(
  resources: Resources<'table' | 'cluster'>,
  call: Call<typeof generations.abortProject>,
) {
  const { params, caller, log, signal } = call
  const { name } = params
  const candidates = await activeIn(resources, name, call)
  if (isAdmin(caller) && new Set(candidates.map((record) => record.owner)).size > 1) {
    throw new DomainError('several-owners', {})
  }
  const [first, ...others] = candidates.toSorted((a, b) => (a.queuedAt < b.queuedAt ? -1 : 1))
  if (!first) throw new DomainError('nothing-to-abort', { name })
  await abort(resources, first, name, log, signal)
  return others.length > 0 ? { aborted: name, variant: variantPath(first, { branch: true }) } : { aborted: name }
}

async function activeIn(
  resources: Resources<'table' | 'cluster'>,
  name: string,
  call: AbortCall,
): Promise<GenerationRecord[]> {
  const { query, caller } = call
  const found = await findProject(resources, name, caller, { for: 'change', owner: query.owner })
  const active = found.filter(isActive)
  return active.length > 0 ? active : found.filter(wasActive(call))
}

/** Whether it was still active when the request arrived, so concurrent aborts all succeed no matter which one is fastest. */
const wasActive =
  ({ event }: Pick<AbortCall, 'event'>) =>
  (record: GenerationRecord): boolean =>
    isActive(record) || (isAborted(record) && Date.parse(record.updatedAt) >= event.requestContext.requestTimeEpoch)

/** Aborts that arrive within this time of each other count as concurrent. */
const CONCURRENT_MS = 300
const POLL_MS = 100
/** Polls of the record for each DescribeTasks call. */
const POLLS_PER_DESCRIBE = 10
/** Timeout of a call to ECS. It leaves time to wait for the runner even if ECS doesn't answer. */
const ECS_TIMEOUT_MS = 1_500

/**
 * Marks the record before doing anything else: from then on the runner's writes fail. Returns once the record is `aborted`, by this
 * abort or by a concurrent one.
 *
 * A marked abort always completes: if the request runs out of time, the runner, task-stopped or the sweeper finishes it.
 *
 * @param signal - aborts at the request's deadline
 * @throws DomainError `already-finished` if the generation finished first, `abort-in-progress` if the task doesn't stop in time
 */
export async function abort(
  resources: Resources<'table' | 'cluster'>,
  found: GenerationRecord,
  path: string,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  const { record } = await transition(resources.table, 'askAbort', leaseOf(found), { abortAskedAt: now() })
  if (record?.generationId !== found.generationId || !record.abortAskedAt) {
    throw new DomainError('already-finished', { path })
  }
  // A concurrent abort was faster.
  if (isAborted(record)) return
  try {
    await end(resources, record, log, signal)
  } catch (cause) {
    if (!signal.aborted && !isServiceTrouble(cause)) throw cause
    throw new DomainError('abort-in-progress', { path }, { cause })
  }
  if (!record.launchedAt) {
    await leaveQueue(resources, found).catch((error) =>
      log.warn('the queue entry was not removed; the sweeper will', { error }),
    )
  }
}

/** Stops the task of a marked generation, then ends its record. */
async function end(
  { table, cluster }: Resources<'table' | 'cluster'>,
  record: GenerationRecord,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  const lease = leaseOf(record)
  const taskArn = record.claimedBy ?? record.taskArn
  if (taskArn) {
    await within(ECS_TIMEOUT_MS, async () => await stopTask(cluster, taskArn, ABORTED_MESSAGE)).catch((error) =>
      log.warn('StopTask failed; the runner will end at its next write', { ...lease, taskArn, error }),
    )
  }
  log.info('abort requested', { ...lease, taskArn })
  if (record.claimedBy) await waitForRunner({ table, cluster }, record, record.claimedBy, signal)
  // No runner to wait for, but give concurrent aborts time to arrive.
  else await sleep(CONCURRENT_MS, undefined, { signal })
  await transition(table, 'confirmAbort', lease, { errorMessage: ABORTED_MESSAGE })
}

/** Waits until the runner has killed its CLI and written `aborted`, or its container has exited. Rejects when the signal aborts. */
async function waitForRunner(
  { table, cluster }: Resources<'table' | 'cluster'>,
  { key, generationId }: GenerationRecord,
  taskArn: string,
  signal: AbortSignal,
): Promise<void> {
  for (let tries = 1; ; tries++) {
    const record = await readRecord(table, key)
    if (record?.generationId !== generationId || !isActive(record)) return
    if (tries % POLLS_PER_DESCRIBE === 0 && (await hasExited(cluster, taskArn))) return
    await sleep(POLL_MS, undefined, { signal })
  }
}

/** Also false if ECS doesn't answer. */
const hasExited = async (cluster: Resources<'cluster'>['cluster'], taskArn: string): Promise<boolean> =>
  await within(ECS_TIMEOUT_MS, async () => (await describeTask(cluster, taskArn)).exited).catch(() => false)

/** Removes the queue entry and, for a resumed generation, frees its slot: with no task running, no report would trigger that. */
async function leaveQueue({ table }: Resources<'table'>, record: GenerationRecord): Promise<void> {
  const { generationId } = record
  await dequeue(table, record)
  const slots = (await listSlots(table)).filter((slot) => slot.generationId === generationId)
  for (const slot of slots) await freeSlot(table, slot)
}
