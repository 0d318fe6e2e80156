import { setTimeout as sleep } from 'node:timers/promises'
import { apiTime, clockTime } from '../../../shared/time.ts'

/** A pause shared by all calls of a generation: when one call hits a limit, the others wait too. */
export interface Pause {
  /** Resolves once there is nothing to wait for. @throws the signal's reason when aborted */
  pass(signal: AbortSignal): Promise<void>
  /**
   * A call hit a limit, which ends at `limitEnds` (milliseconds since 1970) if that is known.
   *
   * @returns false when the generation has no time left to wait it out
   */
  hold(reason: string, limitEnds?: number): boolean
  /** A call got through. */
  lift(): void
}

/**
 * Waits until a limit's end exactly. If that isn't known, every further limit doubles the wait, until a call gets through. `note`
 * receives the reason and the end of a wait, again every minute as a sign of life, and undefined when work resumes.
 */
export function openPause(options: {
  firstMs: number
  longestMs: number
  /** Milliseconds that the generation has left. */
  leftMs(): number
  note(reason: string | undefined): void
}): Pause {
  const { firstMs, longestMs, leftMs, note } = options
  let until = 0
  let waits = 0
  let reasonToWait = ''
  return {
    async pass(signal) {
      while (until > Date.now()) {
        // In short steps: the machine's sleep doesn't count in them, and a wait of hours must not look as if the runner hung.
        const step = Math.min(until - Date.now(), SIGN_OF_LIFE_MS)
        await sleep(step, undefined, { signal }).catch(() => signal.throwIfAborted())
        if (step === SIGN_OF_LIFE_MS) note(reasonToWait)
        if (until > 0 && until <= Date.now()) {
          until = 0
          note(undefined)
        }
      }
    },
    hold(reason, limitEnds = 0) {
      const named = limitEnds >= Date.now() + LEAST_MS ? limitEnds : undefined
      if (until > Date.now() && (named ?? 0) <= until) return true
      // Jitter, so that tasks that hit the same limit don't all come back at once.
      const length = Math.min(firstMs * 2 ** waits, longestMs) * (0.8 + 0.4 * Math.random())
      const end = named ?? Date.now() + length
      if (end - Date.now() >= leftMs()) return false
      until = end
      if (named === undefined) waits++
      reasonToWait = `${reason}; resuming at ${timeText(end)}`
      note(reasonToWait)
      return true
    },
    lift() {
      waits = 0
    },
  }
}

const SIGN_OF_LIFE_MS = 60_000

/** A limit that ends sooner may not have ended when the next call comes. */
const LEAST_MS = 1_000

/** `15:00:00 UTC`, with the date if that is another day. */
export function timeText(time: number): string {
  const text = new Date(time).toISOString()
  const isToday = text.slice(0, 10) === new Date().toISOString().slice(0, 10)
  return `${isToday ? clockTime(text) : apiTime(text)} UTC`
}
