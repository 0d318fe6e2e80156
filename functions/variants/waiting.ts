import { listQueuedUntil, listSlots, readLineState } from '../../shared/aws/queue.ts'
import { LimitsEnv, readEnv } from '../../shared/env.ts'
import type { GenerationRecord } from '../../shared/generation.ts'
import { isActive, isHeldBack } from '../../shared/lifecycle.ts'
import { entryOf, type Limits, type Load, loadOf } from '../../shared/turns.ts'
import type { Resources } from '../resources.ts'

export interface Waiting {
  /** 1 for the next to start of its owner's. */
  position: number
  reason: string
}

/** Whether a generation waits for its task to be requested. */
export const isWaiting = (record: GenerationRecord): boolean => isActive(record) && !record.launchedAt

/**
 * The places of all waiting generations among these, and why they wait, by generation ID. Reads nothing if none waits, and otherwise
 * the slots and each owner's queue up to the last of these generations.
 *
 * A position never rises: generations of the same owner join at the end, and those at the front count for themselves.
 */
export async function waitingAmong(
  { table }: Resources<'table'>,
  records: readonly GenerationRecord[],
): Promise<Map<string, Waiting>> {
  const waiting = records.filter(isWaiting)
  if (waiting.length === 0) return new Map()
  const [slots, state, ahead] = await Promise.all([
    listSlots(table),
    readLineState(table),
    countAhead({ table }, waiting),
  ])
  const env = readEnv(LimitsEnv)
  const now: Now = {
    load: loadOf(slots),
    limits: { maxActive: env.MAX_ACTIVE_TASKS, maxActivePerOwner: env.MAX_ACTIVE_PER_OWNER },
    state,
  }
  return new Map(
    waiting.map((record) => {
      const before = ahead.get(record.generationId) ?? 0
      return [record.generationId, { position: before + 1, reason: reasonFor(record, before, now) }] as const
    }),
  )
}

/** For each generation, how many of the same owner's start before it. */
async function countAhead(
  { table }: Resources<'table'>,
  waiting: readonly GenerationRecord[],
): Promise<Map<string, number>> {
  const inTurn = waiting.filter((record) => !entryOf(record).atFront)
  const byOwner = [...Map.groupBy(inTurn, ({ owner }) => owner)]
  const counts = await Promise.all(
    byOwner.map(async ([owner, theirs]) => {
      const until = theirs.reduce((latest, { queuedAt }) => (queuedAt > latest ? queuedAt : latest), '')
      const entries = await listQueuedUntil(table, owner, until)
      return theirs.map((record) => {
        const before = entries.filter((entry) => placeOf(entry) < placeOf(record))
        return [record.generationId, before.length] as const
      })
    }),
  )
  return new Map(counts.flat())
}

/** Sorts as the queue does. */
const placeOf = ({ queuedAt, generationId }: { queuedAt: string; generationId: string }): string =>
  `${queuedAt}#${generationId}`

interface Now {
  load: Load
  limits: Limits
  state: Awaited<ReturnType<typeof readLineState>>
}

function reasonFor(record: GenerationRecord, before: number, now: Now): string {
  const others =
    before === 0
      ? ''
      : `; ${before === 1 ? 'one' : before} of its owner's generations ${before === 1 ? 'is' : 'are'} ahead of it`
  const first = record.prioritizedAt === undefined ? others : '; an administrator moved it to the front'
  return causeOf(record, now) + first
}

function causeOf(record: GenerationRecord, { load, limits, state }: Now): string {
  if (record.abortAskedAt) return 'It is being aborted'
  // Both have the reason on the record: they have run before.
  if (record.waitingReason && (isHeldBack(record) || load.holders.has(record.generationId))) return record.waitingReason
  if (state.drained)
    return `An administrator has paused new starts${state.drained.reason ? `: ${state.drained.reason}` : ''}`
  if ((load.byOwner.get(record.owner) ?? 0) >= limits.maxActivePerOwner) {
    const most =
      limits.maxActivePerOwner === 1
        ? 'a generation running, and only one'
        : `${limits.maxActivePerOwner} generations running, and no more`
    return `Its owner already has ${most} may run at once`
  }
  if (load.total >= limits.maxActive) return `All ${limits.maxActive} places for running generations are taken`
  return state.blockedReason ?? record.waitingReason ?? 'It starts when its turn comes'
}
