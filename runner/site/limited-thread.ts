import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import pLimit from 'p-limit'

const CHECK_EVERY_MS = 200

export interface ThreadLimits {
  /** Processor time of one answer, however busy the machine is. */
  cpuMs: number
  /** Memory. */
  mib: number
}

/** Work on hostile text, apart from everything else. */
export interface LimitedThread<Question, Answer> {
  /** The thread's answer; undefined if it takes too long or too much memory. Questions are answered one after another. */
  ask(question: Question, cpuMs?: number): Promise<Answer | undefined>
  /** The processor time of all answers so far, in milliseconds. */
  usedCpuMs(): number
  close(): Promise<void>
}

/**
 * Opens a thread for a script that answers each message with another. It starts with the first question. A thread that reaches a limit
 * is ended, and the next question gets another.
 */
export function openLimitedThread<Question, Answer>(
  script: URL,
  limits: ThreadLimits,
): LimitedThread<Question, Answer> {
  const limit = pLimit(1)
  let worker: Worker | undefined
  let usedCpuMs = 0
  const ask = async (question: Question, cpuMs: number) => {
    const asked = worker ?? startWorker(script, limits)
    // After a limit or an error the thread is of no more use.
    worker = undefined
    const { answer, usedMs } = await answerOf<Answer>(asked, question, cpuMs)
    usedCpuMs += usedMs
    if (answer === undefined) void asked.terminate()
    else worker = asked
    return answer
  }
  return {
    ask: async (question, cpuMs = limits.cpuMs) => await limit(ask, question, cpuMs),
    usedCpuMs: () => usedCpuMs,
    close: async () => void (await worker?.terminate()),
  }
}

function startWorker(script: URL, { mib }: ThreadLimits): Worker {
  const worker = new Worker(script, { resourceLimits: { maxOldGenerationSizeMb: mib }, env: {} })
  // Its work never keeps the process alive.
  worker.unref()
  return worker
}

async function answerOf<Answer>(
  worker: Worker,
  question: unknown,
  cpuMs: number,
): Promise<{ answer: Answer | undefined; usedMs: number }> {
  const done = new AbortController()
  let before = Number.POSITIVE_INFINITY
  let usedMs = 0
  // The timer also keeps the process alive meanwhile.
  const timer = setInterval(async () => {
    usedMs = Math.max(usedMs, (await usageOf(worker)) - before)
    if (usedMs > cpuMs) done.abort()
  }, CHECK_EVERY_MS)
  try {
    before = await usageOf(worker)
    worker.postMessage(question)
    const [answer] = await once(worker, 'message', { signal: done.signal })
    return { answer, usedMs }
  } catch (error) {
    if (done.signal.aborted || isOutOfMemory(error)) return { answer: undefined, usedMs }
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
