import { setTimeout as sleep } from 'node:timers/promises'
import { clockTime } from '../../../shared/time.ts'

/** A pause shared by all calls of a generation: when one call hits a limit, the others wait too. */
export interface Pause {
  /** Resolves once there is nothing to wait for. @throws the signal's reason when aborted */
  pass(signal: AbortSignal): Promise<void>
  /** A call hit a limit. @returns false when the generation has no time left to wait it out */
  hold(reason: string): boolean
  /** A call got through. */
  lift(): void
}

/**
 * Every further limit doubles the wait, until a call gets through. `note` receives the reason and the end of a wait, and
 * undefined when work resumes.
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
  return {
    async pass(signal) {
      while (until > Date.now()) {
        await sleep(until - Date.now(), undefined, { signal }).catch(() => signal.throwIfAborted())
        if (until > 0 && until <= Date.now()) {
          until = 0
          note(undefined)
        }
      }
    },
    hold(reason) {
      if (until > Date.now()) return true
      // Jitter, so that tasks that hit the same limit don't all come back at once.
      const length = Math.min(firstMs * 2 ** waits, longestMs) * (0.8 + 0.4 * Math.random())
      if (length >= leftMs()) return false
      until = Date.now() + length
      waits++
      note(`${reason}; resuming at ${clockTime(new Date(until).toISOString())} UTC`)
      return true
    },
    lift() {
      waits = 0
    },
  }
}
