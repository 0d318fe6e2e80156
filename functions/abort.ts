import { setTimeout as sleep } from 'node:timers/promises'
import { describeTask, stopTask } from '../shared/aws/runner-tasks.ts'
import { move, readRecord } from '../shared/aws/variant-store.ts'
import { freeSlot, leaveWaiting, listSlots } from '../shared/aws/waiting-room.ts'
import { DomainError } from '../shared/errors.ts'
import { type GenerationRecord, leaseOf } from '../shared/generation.ts'
import { ABORTED_MESSAGE, isActive } from '../shared/lifecycle.ts'
import type { Log } from '../shared/log.ts'
import { type Caller, isAdmin } from '../shared/user.ts'
import { variantPath } from '../shared/variant.ts'
import { mayChange } from './accounts/sight.ts'
import { activeGenerations } from './active-generations.ts'
import { generations } from './api/generations.ts'
import { type Doors, doors } from './doors.ts'
import { findProject, findVariant, pathOf } from './find-variant.ts'
import { answer, type Call, serve } from './http/serve.ts'

type Needed = Pick<Doors, 'table' | 'cluster'>

/** POST /api/projects/{name}/…/abort */
export const handler = serve(
  answer(generations.abortVariant, async (call) => ({
    status: 200,
    json: await abortVariant(doors('table', 'cluster'), call),
  })),
  answer(generations.abortProject, async ({ params, query, caller, log }) => ({
    status: 200,
    json: await abortProject(doors('table', 'cluster'), params.name, query.owner, caller, log),
  })),
)

async function abortVariant(opened: Needed, { params, query, caller, log }: Call<typeof generations.abortVariant>) {
  const look = { for: 'change', owner: query.owner, counts: isActive } as const
  const record = await findVariant(opened, params, caller, look)
  if (!record) throw new DomainError('nothing-to-abort', {})
  const aborted = pathOf(params)
  await abort(opened, record, `${record.owner}/${aborted}`, log)
  return { aborted }
}

/** Of several active variants of one owner the one that started first. */
async function abortProject(opened: Needed, name: string, owner: string | undefined, caller: Caller, log: Log) {
  const found = await findProject(opened, name, caller, { for: 'change', owner })
  const records = await Promise.all(found.map(({ key }) => readRecord(opened.table, key)))
  const indexed = records.filter((record) => record !== undefined).filter(isActive)
  const active = indexed.length > 0 ? indexed : await justAccepted(opened, name, owner ?? caller.username, caller)
  if (isAdmin(caller) && new Set(active.map((record) => record.owner)).size > 1) {
    throw new DomainError('several-owners', {})
  }
  const [first, ...others] = active.toSorted((a, b) => (a.queuedAt < b.queuedAt ? -1 : 1))
  if (!first) throw new DomainError('nothing-to-abort', { name })
  await abort(opened, first, name, log)
  return others.length > 0 ? { aborted: name, variant: variantPath(first, { branch: true }) } : { aborted: name }
}

/** The index may not have heard of it yet. */
async function justAccepted(opened: Needed, name: string, owner: string, caller: Caller): Promise<GenerationRecord[]> {
  if (!mayChange(caller, { owner })) return []
  return (await activeGenerations(opened, owner)).active.filter((record) => record.name === name)
}

/** How long a request waits for the runner to acknowledge. */
const PATIENCE_MS = 4_500
const POLL_MS = 100

/**
 * Marks the abort, and only then acts: from the mark on the runner's writes fail. Returns once the record says `aborted`.
 *
 * @throws DomainError `already-finished` when the end came first, `abort-in-progress` when the task has not ended in time
 */
export async function abort(
  { table, cluster }: Needed,
  found: GenerationRecord,
  path: string,
  log: Log,
): Promise<void> {
  const marked = await move(table, 'askAbort', leaseOf(found), { abortAskedAt: new Date().toISOString() })
  const record = marked.record
  if (!marked.moved && !isAskedAlready(record, found)) throw new DomainError('already-finished', { path })
  const taskArn = record?.claimedBy ?? record?.taskArn
  if (taskArn) await stopTask(cluster, taskArn, ABORTED_MESSAGE)
  log.info('abort asked for', { ...leaseOf(found), taskArn })
  if (record?.claimedBy && !(await acknowledged({ table, cluster }, record, record.claimedBy))) {
    throw new DomainError('abort-in-progress', { path })
  }
  await move(table, 'confirmAbort', leaseOf(found), { errorMessage: ABORTED_MESSAGE })
  if (!record?.launchedAt) await leaveTheLine({ table }, found)
}

const isAskedAlready = (record: GenerationRecord | undefined, { generationId }: GenerationRecord): boolean =>
  record?.generationId === generationId && isActive(record) && record.abortAskedAt !== undefined

/** The runner has killed its CLI and written `aborted`, or its container has exited. */
async function acknowledged({ table, cluster }: Needed, { key, generationId }: GenerationRecord, taskArn: string) {
  const until = Date.now() + PATIENCE_MS
  for (let tries = 1; Date.now() < until; tries++) {
    const record = await readRecord(table, key)
    if (record?.generationId !== generationId || !isActive(record)) return true
    if (tries % 10 === 0 && (await describeTask(cluster, taskArn)).exited) return true
    await sleep(POLL_MS)
  }
  return false
}

/** Nothing runs that would report its end: the note and, of a resumed generation, the slot are given up here. */
async function leaveTheLine({ table }: Pick<Needed, 'table'>, record: GenerationRecord): Promise<void> {
  const { owner, key, queuedAt, generationId } = record
  await leaveWaiting(table, { owner, key, queuedAt, generationId })
  const slots = (await listSlots(table)).filter((slot) => slot.generationId === generationId)
  for (const slot of slots) await freeSlot(table, slot)
}
