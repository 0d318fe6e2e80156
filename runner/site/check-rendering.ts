import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import pLimit from 'p-limit'
import type { PageFacts } from './page-facts.ts'

/** How much processor time a page may take to render, however busy the machine is. An ordinary one takes less than a second. */
const MOST_CPU_MS = 30_000
const CHECK_EVERY_MS = 200
/** How much memory that may take. */
const MOST_MIB = 512

export interface RenderingLimits {
  /** Processor time. */
  cpuMs: number
  mib: number
}

/** What is in a page of a site, and the links in it that lead to no page of the site and to no heading of its own. */
export type RenderedFacts = PageFacts & { deadLinks: string[] }

/** Renders pages one after another, apart from everything else. */
export interface RenderingCheck {
  /**
   * What is in the page; undefined if it takes too long or too much memory to render.
   *
   * @param slugs - the pages of its site
   */
  factsOf(markdown: string, slugs: readonly string[]): Promise<RenderedFacts | undefined>
}

/**
 * Opens a thread of its own for pages that nobody has rendered yet: a hostile page can keep its renderer busy for hours. A thread that
 * reaches a limit is ended, and the next page gets another.
 */
export function openRenderingCheck(limits: RenderingLimits = { cpuMs: MOST_CPU_MS, mib: MOST_MIB }): RenderingCheck {
  const limit = pLimit(1)
  let worker: Worker | undefined
  const check = async (markdown: string, slugs: readonly string[]): Promise<RenderedFacts | undefined> => {
    worker ??= startWorker(limits)
    const answer = await answerOf(worker, { markdown, slugs }, limits)
    if (!answer) {
      void worker.terminate()
      worker = undefined
    }
    return answer
  }
  return { factsOf: async (markdown, slugs) => await limit(check, markdown, slugs) }
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

async function answerOf(
  worker: Worker,
  question: { markdown: string; slugs: readonly string[] },
  { cpuMs }: RenderingLimits,
): Promise<RenderedFacts | undefined> {
  const done = new AbortController()
  const before = await usageOf(worker)
  // The timer also keeps the process alive meanwhile.
  const timer = setInterval(async () => {
    if ((await usageOf(worker)) - before > cpuMs) done.abort()
  }, CHECK_EVERY_MS)
  try {
    worker.postMessage(question)
    const [answer] = await once(worker, 'message', { signal: done.signal })
    return answer
  } catch (error) {
    if (done.signal.aborted || isOutOfMemory(error)) return undefined
    throw error
  } finally {
    clearInterval(timer)
  }
}

/** Milliseconds of processor time that a thread has used; 0 while it starts and once it has ended. */
async function usageOf(worker: Worker): Promise<number> {
  const { user, system } = await worker.cpuUsage().catch(() => ({ user: 0, system: 0 }))
  return (user + system) / 1_000
}

const isOutOfMemory = (error: unknown): boolean => Object(error).code === 'ERR_WORKER_OUT_OF_MEMORY'
