import { execa } from 'execa'
import { inMib, keepTail, LIMITS, type OutputLimits, splitLines } from './limits.ts'
import { program } from './program.ts'

/** A user and a group by number, to run a program as. */
export interface Ids {
  uid: number
  gid: number
}

/**
 * What a line of output is: of use, of none, a sign that only the connection is alive, or the reason to end the program.
 * Both of the first are signs of life.
 */
export type Heard = 'useful' | 'noise' | 'ping' | { end: 'unsafe' | 'flood'; reason: string }

export interface Invocation {
  /** A path, or a name to be found in `env.PATH`. */
  file: string
  args: string[]
  cwd: string
  /** The whole environment: nothing is inherited. */
  env: Record<string, string>
  input?: string
  /** Our own user when left out. */
  as?: Ids | undefined
  timeoutMs: number
  /** Without a sign of life for so long, it is ended. */
  silenceMs?: number
  /** Told each line of stdout as it comes; nothing of it is kept here. Without it, every line is noise. */
  onLine?(line: string): Heard
  limits?: OutputLimits
  /** The first signal, SIGTERM when left out; SIGKILL follows. */
  stopSignal?: NodeJS.Signals
  signal: AbortSignal
}

export interface Ended {
  /** The end of it, at most 64 KiB. */
  stderr: string
  exitCode: number | undefined
  /** The signal that it died of, whoever sent it. */
  diedOf: NodeJS.Signals | undefined
  /** The first reason to end wins; an exit code alone does not tell who ended it. */
  endedBy: 'itself' | 'timeout' | 'silence' | 'unsafe' | 'flood' | 'abort' | 'not-started'
  /** For `unsafe`, `flood` and `not-started`. */
  reason: string
}

type End = (endedBy: Ended['endedBy'], reason?: string) => void

const GRACE_MS = 2_000
const STDERR_TAIL = 64 * 1024

/**
 * Runs a program as a process group of its own: the only place that starts one. Its output is read once, as it comes, within
 * limits. When it is time to end, the whole group gets a signal and, two seconds later, SIGKILL. Never rejects.
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
  // Stricter than execa, which leaves alone what a program that ended by itself has left behind: it would hold its output open, and us.
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

/** Calls `end` when the time is over, when nothing is heard any more, when it is too much, and when a line says so. */
function listenTo({ stdout, stderr }: Streams, invocation: Invocation, end: End) {
  const { timeoutMs, silenceMs, onLine = () => 'noise', limits = LIMITS } = invocation
  const timeout = setTimeout(() => end('timeout'), timeoutMs)
  const silence = silenceMs === undefined ? undefined : setTimeout(() => end('silence'), silenceMs)
  const tail = keepTail(STDERR_TAIL)
  let total = 0
  let noise = 0
  // What comes after a flood's first drops is not looked at.
  let flooded = false
  const flood = (reason: string) => {
    flooded = true
    end('flood', reason)
  }
  const addNoise = (bytes: number) => {
    noise += bytes
    if (noise > limits.noise) flood(`it printed more than ${inMib(limits.noise)} that are no answer`)
  }
  const lines = splitLines(limits.line, {
    line(text, bytes) {
      if (flooded) return
      const heard = onLine(text)
      if (typeof heard === 'object') return heard.end === 'flood' ? flood(heard.reason) : end(heard.end, heard.reason)
      if (heard !== 'ping') silence?.refresh()
      if (heard === 'noise') addNoise(bytes)
    },
    tooLong: () => flood(`it printed a line of more than ${inMib(limits.line)}`),
  })
  stdout.on('data', (chunk: Buffer) => {
    total += chunk.length
    if (!flooded && total > limits.total) flood(`it printed more than ${inMib(limits.total)}`)
    if (!flooded) lines.push(chunk)
  })
  stderr.on('data', (chunk: Buffer) => {
    if (flooded) return
    tail.push(chunk)
    addNoise(chunk.length)
  })
  return {
    /** What it has said on stderr. */
    finish(): string {
      if (!flooded) lines.end()
      return tail.text()
    },
    stop() {
      clearTimeout(timeout)
      clearTimeout(silence)
    },
  }
}
