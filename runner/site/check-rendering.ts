import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import pLimit from 'p-limit'
import type { CitedRange } from './citations.ts'

/** How long a page may take to render. An ordinary one takes less than a second; this is for a machine that is very busy. */
const MOST_MS = 60_000
/** How much memory that may take. */
const MOST_MIB = 512

export interface RenderingLimits {
  ms: number
  mib: number
}

/** Renders pages one after another, apart from everything else. */
export interface RenderingCheck {
  /** What the page cites; undefined if it takes too long or too much memory to render. */
  citedRanges(markdown: string): Promise<CitedRange[] | undefined>
}

/**
 * Opens a thread of its own for pages that nobody has rendered yet: a hostile page can keep its renderer busy for hours. A thread that
 * reaches a limit is ended, and the next page gets another.
 */
export function openRenderingCheck(limits: RenderingLimits = { ms: MOST_MS, mib: MOST_MIB }): RenderingCheck {
  const limit = pLimit(1)
  let worker: Worker | undefined
  const check = async (markdown: string): Promise<CitedRange[] | undefined> => {
    worker ??= startWorker(limits)
    const answer = await answerOf(worker, markdown, limits)
    if (!answer) {
      void worker.terminate()
      worker = undefined
    }
    return answer
  }
  return { citedRanges: async (markdown) => await limit(check, markdown) }
}

function startWorker({ mib }: RenderingLimits): Worker {
  const worker = new Worker(new URL('rendering-thread.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: mib },
    env: {},
  })
  // Its work never keeps the process alive.
  worker.unref()
  return worker
}

async function answerOf(worker: Worker, markdown: string, { ms }: RenderingLimits): Promise<CitedRange[] | undefined> {
  const done = new AbortController()
  // The timer also keeps the process alive meanwhile.
  const timer = setTimeout(() => done.abort(), ms)
  try {
    worker.postMessage(markdown)
    const [answer] = await once(worker, 'message', { signal: done.signal })
    return answer
  } catch (error) {
    if (done.signal.aborted || isOutOfMemory(error)) return undefined
    throw error
  } finally {
    clearTimeout(timer)
  }
}

const isOutOfMemory = (error: unknown): boolean => Object(error).code === 'ERR_WORKER_OUT_OF_MEMORY'
