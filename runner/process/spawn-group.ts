import { execa } from 'execa'
import { formatMib, keepTail, LIMITS, type OutputLimits, splitLines } from './limits.ts'
import { program } from './program.ts'

/** The numeric user and group to run a program as. */
export interface Ids {
  uid: number
  gid: number
}

/**
 * The verdict on a line of output: useful, the last useful one, noise, a sign that only the connection is alive, or a reason to stop
 * the program. Useful lines and noise are signs of life.
 */
export type LineVerdict = 'useful' | 'last' | 'noise' | 'ping' | { end: 'unsafe' | 'flood'; reason: string }

export interface Invocation {
  /** A path, or a name to look up in `env.PATH`. */
  file: string
  args: string[]
  cwd: string
  /** The whole environment: nothing is inherited. */
  env: Record<string, string>
  input?: string
  /** Our own user if omitted. */
  as?: Ids | undefined
  timeoutMs: number
  /** The program is stopped after this long without a sign of life. */
  silenceMs?: number
  /** Called with each line of stdout as it arrives; the lines are not kept. If omitted, every line is noise. */
  onLine?(line: string): LineVerdict
  limits?: OutputLimits
  /** The first signal, SIGTERM if omitted; SIGKILL follows. */
  stopSignal?: NodeJS.Signals
  signal: AbortSignal
}

export interface Ended {
  /** The tail, at most 64 KiB. */
  stderr: string
  exitCode: number | undefined
  /** The signal that killed it, from any sender. */
  diedOf: NodeJS.Signals | undefined
  /** The first reason to end wins. An exit code alone doesn't show who ended it. */
  endedBy: 'itself' | 'lingering' | 'timeout' | 'silence' | 'unsafe' | 'flood' | 'abort' | 'not-started'
  /** For `unsafe`, `flood` and `not-started`. */
  reason: string
}

type End = (endedBy: Ended['endedBy'], reason?: string) => void

const GRACE_MS = 2_000

/** How long a program may go on after its last useful line. */
const LINGER_MS = 3_000

const STDERR_TAIL = 64 * 1024

/**
 * Runs a program in its own process group; nothing else starts programs. Reads its output once, as it arrives, within limits. To
 * stop it, the whole group gets a signal and, two seconds later, SIGKILL. Never rejects.
 */
export async function spawnGroup(invocation: Invocation): Promise<Ended> {
  const { file, args, cwd, env, input = '', as, stopSignal = 'SIGTERM', signal } = invocation
  const stop = new AbortController()
  let ended: Pick<Ended, 'endedBy' | 'reason'> | undefined
  const end: End = (endedBy, reason = '') => {
    ended ??= { endedBy, reason }
    stop.abort()
  }
  const child = execa(...program(file, args, env.PATH ?? ''), {
    ...{ cwd, env, input, ...as },
    extendEnv: false,
    reject: false,
    buffer: false,
    killDescendants: true,
    killSignal: stopSignal,
    forceKillAfterDelay: GRACE_MS,
    cancelSignal: stop.signal,
  })
  // Stricter than execa, which spares the children of a program that ended on its own. They would keep its output open, and us
  // waiting.
  child.nodeChildProcess.once('exit', () => child.kill('SIGKILL'))
  const onAbort = () => end('abort')
  if (signal.aborted) onAbort()
  signal.addEventListener('abort', onAbort, { once: true })
  const output = listenTo(child, invocation, end)
  try {
    const { exitCode, signal: diedOf, originalMessage = '' } = await child
    const stderr = output.finish()
    if (child.pid === undefined) return { stderr, exitCode, diedOf, endedBy: 'not-started', reason: originalMessage }
    return { stderr, exitCode, diedOf, ...(ended ?? { endedBy: 'itself', reason: '' }) }
  } finally {
    output.stop()
    signal.removeEventListener('abort', onAbort)
  }
}

type Streams = Record<'stdout' | 'stderr', NodeJS.ReadableStream>

/** Calls `end` on a timeout, on silence, on too much output, when a line is a reason to stop, and soon after the last useful line. */
function listenTo({ stdout, stderr }: Streams, invocation: Invocation, end: End) {
  const { timeoutMs, silenceMs, onLine = () => 'noise', limits = LIMITS } = invocation
  const timeout = setTimeout(() => end('timeout'), timeoutMs)
  const silence = silenceMs === undefined ? undefined : setTimeout(() => end('silence'), silenceMs)
  let linger: NodeJS.Timeout | undefined
  const tail = keepTail(STDERR_TAIL)
  let total = 0
  let noise = 0
  // Once flooded, all further output is ignored.
  let flooded = false
  const flood = (reason: string) => {
    flooded = true
    end('flood', reason)
  }
  const addNoise = (bytes: number) => {
    noise += bytes
    if (noise > limits.noise)
      flood(`it printed more than ${formatMib(limits.noise)} of output that is not part of an answer`)
  }
  const lines = splitLines(limits.line, {
    line(text, bytes) {
      if (flooded) return
      const verdict = onLine(text)
      if (typeof verdict === 'object')
        return verdict.end === 'flood' ? flood(verdict.reason) : end(verdict.end, verdict.reason)
      if (verdict === 'last') linger ??= setTimeout(() => end('lingering'), LINGER_MS)
      if (verdict !== 'ping') silence?.refresh()
      if (verdict === 'noise') addNoise(bytes)
    },
    tooLong: () => flood(`it printed a line of more than ${formatMib(limits.line)}`),
  })
  stdout.on('data', (chunk: Buffer) => {
    total += chunk.length
    if (!flooded && total > limits.total) flood(`it printed more than ${formatMib(limits.total)}`)
    if (!flooded) lines.push(chunk)
  })
  stderr.on('data', (chunk: Buffer) => {
    if (flooded) return
    tail.push(chunk)
    addNoise(chunk.length)
  })
  return {
    /** Returns the tail of stderr. */
    finish(): string {
      if (!flooded) lines.end()
      return tail.text()
    },
    stop() {
      clearTimeout(timeout)
      clearTimeout(silence)
      clearTimeout(linger)
    },
  }
}
