/** How long one attempt has run, and when its time is up. */
export interface RunningTime {
  seconds(): number
  leftMs(): number
  /** Aborted when no time is left. */
  signal: AbortSignal
  stop(): void
}

const CHECK_EVERY_MS = 5_000

/**
 * Nothing blocks the event loop for longer than this. A longer gap means a suspended machine whose monotonic clock kept going
 * (macOS).
 */
const LONGEST_GAP_MS = 60_000

/**
 * Counts the time this process runs, by a monotonic clock. Changes of the system time have no effect, and time in suspend counts a
 * minute at most.
 */
export function startRunningTime(limitMs: number): RunningTime {
  const over = new AbortController()
  let ranMs = 0
  let lastCheck = performance.now()
  let timer: NodeJS.Timeout | undefined

  const ran = (): number => {
    const now = performance.now()
    ranMs += Math.min(now - lastCheck, LONGEST_GAP_MS)
    lastCheck = now
    return ranMs
  }
  const leftMs = () => limitMs - ran()
  const check = () => {
    const left = leftMs()
    if (left <= 0) over.abort(new Error('the time is up'))
    else timer = setTimeout(check, Math.min(left, CHECK_EVERY_MS))
  }

  check()
  return { seconds: () => ran() / 1_000, leftMs, signal: over.signal, stop: () => clearTimeout(timer) }
}
