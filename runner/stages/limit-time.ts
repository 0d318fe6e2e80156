/**
 * Does work with a signal that is also aborted, with `reason`, once it has taken `minutes`.
 */
export async function limitTime<Result>(
  { minutes, reason, signal }: { minutes: number; reason: Error; signal: AbortSignal },
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const overdue = new AbortController()
  const timer = setTimeout(() => overdue.abort(reason), minutes * 60_000)
  try {
    return await work(AbortSignal.any([signal, overdue.signal]))
  } finally {
    clearTimeout(timer)
  }
}
