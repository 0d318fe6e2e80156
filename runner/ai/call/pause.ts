import { setTimeout as sleep } from 'node:timers/promises'
import { clockTime } from '../../../shared/time.ts'

/** What all calls of a generation wait for together: one that meets a limit holds back the others. */
export interface Pause {
  /** Resolves when nothing has to be waited for. @throws the signal's reason when aborted */
  pass(signal: AbortSignal): Promise<void>
  /** A call has met a limit. @returns false when there is no time left to wait for it to be lifted */
  hold(reason: string): boolean
  /** A call got through. */
  lift(): void
}

/**
 * Each limit that is met after the last wait makes the next one twice as long, until a call gets through. `note` is told why
 * and until when everything waits, and undefined when it goes on.
 */
export function openPause(options: {
  firstMs: number
  longestMs: number
  /** Milliseconds that the generation may still take. */
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
      // Not all tasks that met the same limit come back at the same moment.
      const length = Math.min(firstMs * 2 ** waits, longestMs) * (0.8 + 0.4 * Math.random())
      if (length >= leftMs()) return false
      until = Date.now() + length
      waits++
      note(`${reason}; going on at ${clockTime(new Date(until).toISOString())} UTC`)
      return true
    },
    lift() {
      waits = 0
    },
  }
}
