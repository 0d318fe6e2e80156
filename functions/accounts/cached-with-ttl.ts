/**
 * Reads a value on first use and again after `ttlMs` milliseconds. Failures are not cached: the next use retries. If a refresh
 * fails, the stale value is returned.
 */
export function cachedWithTtl<Value>(read: () => Promise<Value>, ttlMs: number): () => Promise<Value> {
  let cached: { value: Value } | undefined
  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<Value> | undefined
  return async () => {
    if (cached && Date.now() - readAt < ttlMs) return cached.value
    reading ??= readOnce()
    return await reading
  }

  async function readOnce(): Promise<Value> {
    try {
      cached = { value: await read() }
      readAt = Date.now()
    } catch (error) {
      if (!cached) throw error
    } finally {
      reading = undefined
    }
    return cached.value
  }
}
