import { EventEmitter, once, setMaxListeners } from 'node:events'
import { DomainError } from '../../../shared/errors.ts'
import { addUsd } from '../../../shared/money.ts'
import { describeUsage, formatUsd, type Usage } from '../providers/usage.ts'

/** What stands on the record: dollars that are known to be spent (undefined while no cost is known), and dollars set aside. */
export interface Money {
  costUsd: number | undefined
  reservedUsd: number
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
  /** What this attempt has used so far, and what the generation has cost, for the log. */
  describe(): string
}

/**
 * Keeps a generation, all its attempts together, within `maxUsd`.
 *
 * The rule: before a call may start, its cap is on the record as reserved; only for its known cost is a reservation ever given
 * back. So what nobody knows counts in full: a call that died with its task, and one of a CLI that tells no cost. As each call
 * also keeps its own cap (claude checks it after each answer of the model), more than `maxUsd` is spent by at most one
 * answer for each call in flight.
 *
 * `save` writes what stands on the record and resolves when it is there; `note` lets it be written soon. A cost that is lost
 * between the two leaves the reservation standing, which is more.
 */
export function openBudget(
  money: Money,
  limits: { maxUsd: number | undefined; callUsd: number },
  record: { save(money: Money): Promise<void>; note(money: Money): void },
): Budget {
  const { maxUsd, callUsd } = limits
  let { costUsd, reservedUsd } = money
  let inFlight = 0
  let calls = 0
  const total = { input: 0, cached: 0, output: 0 }
  const settled = new EventEmitter()
  setMaxListeners(0, settled)

  const settle = (reserved: number, usage: Usage) => {
    inFlight--
    calls++
    for (const field of ['input', 'cached', 'output'] as const) total[field] += usage[field]
    if (usage.costUsd !== null) {
      costUsd = addUsd(costUsd ?? 0, usage.costUsd)
      reservedUsd = addUsd(reservedUsd, -reserved)
    }
    record.note({ costUsd, reservedUsd })
    settled.emit('settled')
  }

  /** A call with less than its cap begins only when no other can give anything back. */
  const available = (max: number): number => {
    const left = addUsd(max, -(costUsd ?? 0), -reservedUsd)
    return left >= callUsd || inFlight === 0 ? Math.min(left, callUsd) : 0
  }

  return {
    async reserve(signal) {
      let usd: number | undefined
      if (maxUsd !== undefined) {
        while (available(maxUsd) <= 0) {
          if (inFlight === 0) throw usedUp(maxUsd, { costUsd, reservedUsd })
          await once(settled, 'settled', { signal }).catch(() => signal.throwIfAborted())
        }
        usd = available(maxUsd)
        reservedUsd = addUsd(reservedUsd, usd)
      }
      inFlight++
      if (usd !== undefined) await record.save({ costUsd, reservedUsd })
      return { usd, settle: (usage) => settle(usd ?? 0, usage) }
    },
    describe: () =>
      `so far the generation has used ${describeUsage({ ...total, costUsd: costUsd ?? null })}; calls in this attempt: ${calls}`,
  }
}

function usedUp(maxUsd: number, { costUsd, reservedUsd }: Money): DomainError<'ai-failed'> {
  const unknown = reservedUsd > 0 ? `, and ${formatUsd(reservedUsd)} for calls whose cost nobody knows` : ''
  const message = `MAX_COST_USD (${formatUsd(maxUsd)}) is used up: ${formatUsd(costUsd ?? 0)} were spent${unknown}. What is finished is kept. Raise MAX_COST_USD and ask again: only what is missing is made`
  return new DomainError('ai-failed', { message })
}
