/** Opens something at its first use and keeps it, so that loading a module neither reads the environment nor connects. */
export function lazily<Opened>(open: () => Opened): () => Opened {
  let opened: { value: Opened } | undefined
  return () => {
    opened ??= { value: open() }
    return opened.value
  }
}

/**
 * Reads something at its first use, and again at the first use after so many milliseconds. A failure is not kept: the next
 * use tries again, and has what was read before, if anything was.
 */
export function refreshed<Value>(read: () => Promise<Value>, keptMs: number): () => Promise<Value> {
  let known: { value: Value } | undefined
  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<Value> | undefined
  return async () => {
    if (known && Date.now() - readAt < keptMs) return known.value
    reading ??= readOnce()
    return await reading
  }

  async function readOnce(): Promise<Value> {
    try {
      known = { value: await read() }
      readAt = Date.now()
    } catch (error) {
      if (!known) throw error
    } finally {
      reading = undefined
    }
    return known.value
  }
}
