import { EventEmitter, once, setMaxListeners } from 'node:events'
import { DEFAULT_MAX_COST_USD, type RunnerEnv } from '../../../shared/env.ts'
import { DomainError } from '../../../shared/errors.ts'
import { addUsd } from '../../../shared/money.ts'
import { describeUsage, formatUsd, type Usage } from '../providers/usage.ts'

/** What the record holds: the dollars known to be spent (undefined while no cost is known), and the dollars set aside. */
export interface Money {
  costUsd: number | undefined
  reservedUsd: number
}

export interface Limits {
  /** US dollars for the whole generation; undefined for no limit. */
  maxUsd: number | undefined
  /** Whether MAX_COST_USD is set; otherwise this is the default limit. */
  isSet: boolean
  /** US dollars that one call may cost. */
  callUsd: number
}

export interface Reservation {
  /** What the call may cost; undefined for no limit. */
  usd: number | undefined
  /** Must be called exactly once, however the call ended. */
  settle(usage: Usage): void
}

export interface Budget {
  /**
   * Sets money aside for one call. Waits while calls in flight hold the money it needs.
   *
   * @throws DomainError `ai-failed` when nothing is left; the signal's reason when aborted
   */
  reserve(signal: AbortSignal): Promise<Reservation>
  /** US dollars that the generation has cost so far; undefined while no cost is known. */
  costUsd(): number | undefined
  /** How many calls of this attempt ended without reporting their cost. */
  unknownCalls(): number
  /** For the log: the tokens this attempt has used so far, and what the generation has cost. */
  describe(): string
}

/** A generation's limits, from the configuration. */
export const limitsOf = ({ MAX_COST_USD: max, MAX_CALL_COST_USD: callUsd }: RunnerEnv): Limits => ({
  maxUsd: max === 'none' ? undefined : (max ?? DEFAULT_MAX_COST_USD),
  isSet: max !== undefined && max !== 'none',
  callUsd,
})

/** The least that a call in flight is assumed to cost under the default limit. */
const LEAST_USD = 1

/**
 * Keeps a generation within `maxUsd` over all its attempts.
 *
 * When a limit is set, a call's cap is reserved on the record before the call starts, and the reservation is released only once the
 * call's cost is known. Calls of unknown cost therefore count in full: a call that died with its task, or a CLI that doesn't report
 * costs. Each call also has its own cap, which claude checks after every answer, so `maxUsd` is exceeded by at most one answer per
 * call in flight.
 *
 * The default limit is a safety net and must not get in the way. It counts what is known to be spent and, for a call in flight,
 * twice the most expensive call so far rather than its cap, so ordinary pages are written in parallel.
 *
 * `save` writes to the record and resolves when that is done; `note` schedules a write. If a cost is lost in between, its
 * reservation stays on the record, which counts as more.
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
  let highestUsd = 0
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
      highestUsd = Math.max(highestUsd, usage.costUsd)
    }
    if (usage.costUsd !== null || !isSet) reservedUsd = addUsd(reservedUsd, -reserved)
    record.note({ costUsd, reservedUsd })
    settled.emit('settled')
  }

  /** What a call needs to start, and holds while it is in flight. */
  const share = (): number => (isSet ? callUsd : Math.min(callUsd, Math.max(LEAST_USD, 2 * highestUsd)))

  /** A call starts with less than its share only when no other call is left to release money. */
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
          if (inFlight === 0) throw budgetExhausted({ maxUsd, isSet }, { costUsd, reservedUsd })
          await once(settled, 'settled', { signal }).catch(() => signal.throwIfAborted())
        }
        usd = available(maxUsd)
        held = Math.min(usd, share())
        reservedUsd = addUsd(reservedUsd, held)
      }
      inFlight++
      // Under the default limit, reservations mean nothing to another attempt.
      if (isSet) await record.save({ costUsd, reservedUsd })
      return { usd, settle: (usage) => settle(held, usage) }
    },
    costUsd: () => costUsd,
    unknownCalls: () => unknownCalls,
    describe: () =>
      `so far the generation has used ${describeUsage({ ...total, costUsd: costUsd ?? null })}; calls in this attempt: ${calls}`,
  }
}

function budgetExhausted(
  { maxUsd, isSet }: { maxUsd: number; isSet: boolean },
  { costUsd, reservedUsd }: Money,
): DomainError<'ai-failed'> {
  const unknown = reservedUsd > 0 ? `, and ${formatUsd(reservedUsd)} reserved for calls of unknown cost` : ''
  const limit = `${isSet ? '' : 'The default '}MAX_COST_USD (${formatUsd(maxUsd)})`
  const advice = isSet ? 'Raise MAX_COST_USD' : "Set MAX_COST_USD to a higher amount, or to 'none',"
  const message = `${limit} is used up: ${formatUsd(costUsd ?? 0)} spent${unknown}. Finished pages are kept. ${advice} and try again: only the missing pages are generated`
  return new DomainError('ai-failed', { message })
}
