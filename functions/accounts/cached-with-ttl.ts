/**
 * Reads a value on its first use, and again on the first use after `ttlMs` milliseconds. A failure is not cached: the next use
 * reads again. If that fails too, the value read before is used, if there is one.
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
