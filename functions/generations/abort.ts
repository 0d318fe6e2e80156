import { setTimeout as sleep } from 'node:timers/promises'
import type { generations } from '../../api/endpoints/generations.ts'
import { isServiceTrouble } from '../../shared/aws/clients.ts'
import { within } from '../../shared/aws/deadline.ts'
import { dequeue, freeSlot, listSlots } from '../../shared/aws/queue.ts'
import { describeTask, stopTask } from '../../shared/aws/runner-tasks.ts'
import { readRecord, transition } from '../../shared/aws/variant-store.ts'
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

/** Aborts what a variant generates. @throws DomainError `nothing-to-abort`, and those of {@link abort} */
export async function abortVariant(
  resources: Resources<'table' | 'cluster'>,
  call: Call<typeof generations.abortVariant>,
) {
  const { params, query, caller, log, signal } = call
  const look = { for: 'change', owner: query.owner, counts: wasActive(call) } as const
  const record = await findVariant(resources, params, caller, look)
  if (!record) throw new DomainError('nothing-to-abort', {})
  const aborted = pathOf(params)
  await abort(resources, record, `${record.owner}/${aborted}`, log, signal)
  return { aborted }
}

/**
 * Aborts what a project generates: of several active variants of one owner the one that started first.
 *
 * @throws DomainError `nothing-to-abort`, `several-owners`, and those of {@link abort}
 */
export async function abortProject(
  resources: Resources<'table' | 'cluster'>,
  call: Call<typeof generations.abortProject>,
) {
  const { params, caller, log, signal } = call
  const { name } = params
  const meant = await activeIn(resources, name, call)
  if (isAdmin(caller) && new Set(meant.map((record) => record.owner)).size > 1) {
    throw new DomainError('several-owners', {})
  }
  const [first, ...others] = meant.toSorted((a, b) => (a.queuedAt < b.queuedAt ? -1 : 1))
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
  const records = (await Promise.all(found.map(({ key }) => readRecord(resources.table, key)))).filter(
    (record) => record !== undefined,
  )
  const active = records.filter(isActive)
  return active.length > 0 ? active : records.filter(wasActive(call))
}

/** Whether it was generating when the request came: of several aborts at once, none is refused because another was faster. */
const wasActive =
  ({ event }: Pick<AbortCall, 'event'>) =>
  (record: GenerationRecord): boolean =>
    isActive(record) || (isAborted(record) && Date.parse(record.updatedAt) >= event.requestContext.requestTimeEpoch)

/** Aborts that come within this time of the first are aborts of the same moment. */
const TOGETHER_MS = 300
const POLL_MS = 100
/** Between two looks at the container. */
const POLLS_PER_LOOK = 10
/** What ECS may take to answer; without an answer there is still time to wait for the runner. */
const ECS_MS = 1_500

/**
 * Marks the abort, and only then acts: from the mark on the runner's writes fail. Returns once the record says `aborted`, whether
 * by this abort or by another at the same time.
 *
 * Once the mark is there the abort will happen: what is not finished before the request is due is finished by the runner, by
 * task-stopped or by the sweeper.
 *
 * @param signal - ends when the request is due
 * @throws DomainError `already-finished` when the end came first, `abort-in-progress` when the task has not ended in time
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
  // By another abort, which was faster.
  if (isAborted(record)) return
  try {
    await end(resources, record, log, signal)
  } catch (cause) {
    if (!signal.aborted && !isServiceTrouble(cause)) throw cause
    throw new DomainError('abort-in-progress', { path }, { cause })
  }
  if (!record.launchedAt)
    await leaveTheLine(resources, found).catch((error) => log.warn('left to the sweeper', { error }))
}

/** Ends what was marked: the task, then the record. */
async function end(
  { table, cluster }: Resources<'table' | 'cluster'>,
  record: GenerationRecord,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  const lease = leaseOf(record)
  const taskArn = record.claimedBy ?? record.taskArn
  if (taskArn) {
    await within(ECS_MS, async () => await stopTask(cluster, taskArn, ABORTED_MESSAGE)).catch((error) =>
      log.warn('the task could not be stopped; its runner ends at its next write', { ...lease, taskArn, error }),
    )
  }
  log.info('abort asked for', { ...lease, taskArn })
  if (record.claimedBy) await acknowledged({ table, cluster }, record, record.claimedBy, signal)
  // Nothing has to end, but aborts that were sent together with this one may not be here yet.
  else await sleep(TOGETHER_MS, undefined, { signal })
  await transition(table, 'confirmAbort', lease, { errorMessage: ABORTED_MESSAGE })
}

/** The runner has killed its CLI and written `aborted`, or its container has exited. Rejects when the signal ends. */
async function acknowledged(
  { table, cluster }: Resources<'table' | 'cluster'>,
  { key, generationId }: GenerationRecord,
  taskArn: string,
  signal: AbortSignal,
): Promise<void> {
  for (let tries = 1; ; tries++) {
    const record = await readRecord(table, key)
    if (record?.generationId !== generationId || !isActive(record)) return
    if (tries % POLLS_PER_LOOK === 0 && (await hasExited(cluster, taskArn))) return
    await sleep(POLL_MS, undefined, { signal })
  }
}

/** False also when ECS does not say. */
const hasExited = async (cluster: Resources<'cluster'>['cluster'], taskArn: string): Promise<boolean> =>
  await within(ECS_MS, async () => (await describeTask(cluster, taskArn)).exited).catch(() => false)

/** Nothing runs that would report its end: the note and, of a resumed generation, the slot are given up here. */
async function leaveTheLine({ table }: Resources<'table'>, record: GenerationRecord): Promise<void> {
  const { owner, key, queuedAt, generationId } = record
  await dequeue(table, { owner, key, queuedAt, generationId })
  const slots = (await listSlots(table)).filter((slot) => slot.generationId === generationId)
  for (const slot of slots) await freeSlot(table, slot)
}
