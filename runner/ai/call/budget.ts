import { EventEmitter, once, setMaxListeners } from 'node:events'
import { DEFAULT_MAX_COST_USD, type RunnerEnv } from '../../../shared/env.ts'
import { DomainError } from '../../../shared/errors.ts'
import { addUsd } from '../../../shared/money.ts'
import { describeUsage, formatUsd, type Usage } from '../providers/usage.ts'

/** What stands on the record: dollars that are known to be spent (undefined while no cost is known), and dollars set aside. */
export interface Money {
  costUsd: number | undefined
  reservedUsd: number
}

export interface Limits {
  /** US dollars for the whole generation; undefined for no limit. */
  maxUsd: number | undefined
  /** Somebody has chosen it. */
  isSet: boolean
  /** Of these, what one call may take. */
  callUsd: number
}

export interface Reservation {
  /** What the call may cost; undefined for no limit. */
  usd: number | undefined
  /** Must be called once, when the call has ended in whatever way. */
  settle(usage: Usage): void
}

export interface Budget {
  /**
   * Sets money aside for one call. Waits while calls in flight hold what it would need.
   *
   * @throws DomainError `ai-failed` when nothing is left; the signal's reason when aborted
   */
  reserve(signal: AbortSignal): Promise<Reservation>
  /** US dollars that the generation has cost so far; undefined while no cost is known. */
  costUsd(): number | undefined
  /** How many calls of this attempt have ended without telling their cost. */
  unknownCalls(): number
  /** What this attempt has used so far, and what the generation has cost, for the log. */
  describe(): string
}

/** The limits of a generation, as they are configured. */
export const limitsOf = ({ MAX_COST_USD: max, MAX_CALL_COST_USD: callUsd }: RunnerEnv): Limits => ({
  maxUsd: max === 'none' ? undefined : (max ?? DEFAULT_MAX_COST_USD),
  isSet: max !== undefined && max !== 'none',
  callUsd,
})

/** What a call in flight is taken to cost at least, where the limit is the default. */
const LEAST_USD = 1

/**
 * Keeps a generation, all its attempts together, within `maxUsd`.
 *
 * The rule for a limit that is set: before a call may start, its cap is on the record as reserved; only for its known cost is a
 * reservation ever given back. So what nobody knows counts in full: a call that died with its task, and one of a CLI that tells no
 * cost. As each call also keeps its own cap (claude checks it after each answer of the model), more than `maxUsd` is spent by at
 * most one answer for each call in flight.
 *
 * The default limit protects those who have not thought of one, and must not be in their way: it counts what is known to be
 * spent, and of a call in flight not its cap but twice the dearest so far, so that ordinary pages are written side by side.
 *
 * `save` writes what stands on the record and resolves when it is there; `note` lets it be written soon. A cost that is lost
 * between the two leaves the reservation standing, which is more.
 */
export function openBudget(
  money: Money,
  { maxUsd, isSet, callUsd }: Limits,
  record: { save(money: Money): Promise<void>; note(money: Money): void },
): Budget {
  let { costUsd } = money
  let reservedUsd = isSet ? money.reservedUsd : 0
  let inFlight = 0
  let calls = 0
  let unknownCalls = 0
  let dearestUsd = 0
  const total = { input: 0, cached: 0, output: 0 }
  const settled = new EventEmitter()
  setMaxListeners(0, settled)

  const settle = (reserved: number, usage: Usage) => {
    inFlight--
    calls++
    for (const field of ['input', 'cached', 'output'] as const) total[field] += usage[field]
    if (usage.costUsd === null) unknownCalls++
    else {
      costUsd = addUsd(costUsd ?? 0, usage.costUsd)
      dearestUsd = Math.max(dearestUsd, usage.costUsd)
    }
    if (usage.costUsd !== null || !isSet) reservedUsd = addUsd(reservedUsd, -reserved)
    record.note({ costUsd, reservedUsd })
    settled.emit('settled')
  }

  /** What a call must find, and holds while it is in flight. */
  const share = (): number => (isSet ? callUsd : Math.min(callUsd, Math.max(LEAST_USD, 2 * dearestUsd)))

  /** A call with less than its share begins only when no other can give anything back. */
  const available = (max: number): number => {
    const left = addUsd(max, -(costUsd ?? 0), -reservedUsd)
    return left >= share() || inFlight === 0 ? Math.min(left, callUsd) : 0
  }

  return {
    async reserve(signal) {
      let usd: number | undefined
      let held = 0
      if (maxUsd !== undefined) {
        while (available(maxUsd) <= 0) {
          if (inFlight === 0) throw usedUp({ maxUsd, isSet }, { costUsd, reservedUsd })
          await once(settled, 'settled', { signal }).catch(() => signal.throwIfAborted())
        }
        usd = available(maxUsd)
        held = Math.min(usd, share())
        reservedUsd = addUsd(reservedUsd, held)
      }
      inFlight++
      // What the default limit holds means nothing to another attempt.
      if (isSet) await record.save({ costUsd, reservedUsd })
      return { usd, settle: (usage) => settle(held, usage) }
    },
    costUsd: () => costUsd,
    unknownCalls: () => unknownCalls,
    describe: () =>
      `so far the generation has used ${describeUsage({ ...total, costUsd: costUsd ?? null })}; calls in this attempt: ${calls}`,
  }
}

function usedUp(
  { maxUsd, isSet }: { maxUsd: number; isSet: boolean },
  { costUsd, reservedUsd }: Money,
): DomainError<'ai-failed'> {
  const unknown = reservedUsd > 0 ? `, and ${formatUsd(reservedUsd)} for calls whose cost nobody knows` : ''
  const limit = `MAX_COST_USD (${formatUsd(maxUsd)}${isSet ? '' : ' unless it is set'})`
  const advice = isSet ? 'Raise MAX_COST_USD' : "Set MAX_COST_USD to more, or to 'none',"
  const message = `${limit} is used up: ${formatUsd(costUsd ?? 0)} were spent${unknown}. What is finished is kept. ${advice} and ask again: only what is missing is made`
  return new DomainError('ai-failed', { message })
}
