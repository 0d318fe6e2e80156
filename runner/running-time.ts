/** How long one attempt runs, and its end when it has run long enough. */
export interface RunningTime {
  seconds(): number
  leftMs(): number
  /** Aborted when nothing is left. */
  signal: AbortSignal
  stop(): void
}

const LOOK_EVERY_MS = 5_000

/** Nothing holds the event loop for longer: the machine was suspended, on a platform whose monotonic clock goes on then (macOS). */
const LONGEST_LOOK_MS = 60_000

/**
 * Counts the time in which this process runs, by a monotonic clock: a change of the date is not seen, and while the machine is
 * suspended nothing is counted, or a minute at most.
 */
export function startRunningTime(limitMs: number): RunningTime {
  const over = new AbortController()
  let ranMs = 0
  let lookedAt = performance.now()
  let timer: NodeJS.Timeout | undefined

  const ran = (): number => {
    const now = performance.now()
    ranMs += Math.min(now - lookedAt, LONGEST_LOOK_MS)
    lookedAt = now
    return ranMs
  }
  const leftMs = () => limitMs - ran()
  const look = () => {
    const left = leftMs()
    if (left <= 0) over.abort(new Error('the time is used up'))
    else timer = setTimeout(look, Math.min(left, LOOK_EVERY_MS))
  }

  look()
  return { seconds: () => ran() / 1_000, leftMs, signal: over.signal, stop: () => clearTimeout(timer) }
}
