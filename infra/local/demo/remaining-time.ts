/** Pages that are written, several at a time. */
export interface PagesInProgress {
  done: number
  total: number
  /** How many are written at once. */
  concurrent: number
  /** Pages done, and seconds passed, since they were first looked at. */
  doneSince: number
  seconds: number
}

/**
 * Estimates the seconds until the last page is done; undefined until the first one is. Pages that are being written count as half done.
 */
export function remainingSeconds({ done, total, concurrent, doneSince, seconds }: PagesInProgress): number | undefined {
  const missing = total - done
  if (doneSince === 0 || missing <= 0) return undefined
  const begun = Math.min(concurrent, missing) / 2
  return (seconds * (missing - begun)) / (doneSince + begun)
}

/** A duration as people say it: `40 s`, `12 min`, `1 h 5 min`. */
export function durationText(seconds: number): string {
  const whole = Math.round(seconds)
  if (whole < 90) return `${whole} s`
  const minutes = Math.round(whole / 60)
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
