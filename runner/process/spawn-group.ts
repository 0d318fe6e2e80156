import { realpathSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { execa } from 'execa'

/** A user and a group by number, to run a program as. */
export interface Ids {
  uid: number
  gid: number
}

export interface Invocation {
  /** A path, or a name to be found in `env.PATH`. */
  file: string
  args: string[]
  cwd: string
  /** The whole environment: nothing is inherited. */
  env: Record<string, string>
  input: string
  /** Undefined for our own user. */
  as: Ids | undefined
  timeoutMs: number
  /** Without a line of output that is a sign of life for so long, it is ended. */
  silenceMs: number
  /** Told each line of output: whether it is a sign of life, or why the program must end now. */
  watch(line: string): boolean | { unsafe: string }
  /** The first signal; SIGKILL follows. */
  stopSignal: NodeJS.Signals
  signal: AbortSignal
}

export interface Ended {
  stdout: string
  stderr: string
  exitCode: number | undefined
  /** The first reason to end wins; an exit code alone does not tell who ended it. */
  endedBy: 'itself' | 'timeout' | 'silence' | 'unsafe' | 'abort' | 'not-started'
  /** For `unsafe` and `not-started`. */
  reason: string
}

const GRACE_MS = 2_000
const MAX_OUTPUT = 64 * 1024 * 1024

/**
 * Runs a program as a process group of its own. When it is time to end, the whole group gets a signal and, two seconds
 * later, SIGKILL; whatever the program left behind when it ended is killed too. Never rejects.
 */
export async function spawnGroup(invocation: Invocation): Promise<Ended> {
  const { args, cwd, env, input, as, signal } = invocation
  const child = execa(...program(invocation.file, args, env.PATH ?? ''), {
    ...{ cwd, env, input, ...as },
    extendEnv: false,
    detached: true,
    reject: false,
    stripFinalNewline: false,
    maxBuffer: MAX_OUTPUT,
  })
  const { pid, nodeChildProcess: main } = child
  let ended: Pick<Ended, 'endedBy' | 'reason'> | undefined
  let killing: NodeJS.Timeout | undefined
  const end = (endedBy: Ended['endedBy'], reason = '') => {
    if (ended) return
    ended = { endedBy, reason }
    if (!pid || main.exitCode !== null || main.signalCode !== null) return
    killGroup(pid, invocation.stopSignal)
    killing = setTimeout(() => killGroup(pid, 'SIGKILL'), GRACE_MS)
  }
  // What it leaves behind would hold its output open, and us.
  main.once('exit', () => pid && killGroup(pid, 'SIGKILL'))
  const stopWatching = watchOver(child.stdout, invocation, end)
  const onAbort = () => end('abort')
  if (signal.aborted) onAbort()
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    const result = await child
    const { stdout, stderr, exitCode } = result
    if (pid === undefined) {
      return { stdout, stderr, exitCode, endedBy: 'not-started', reason: result.originalMessage ?? '' }
    }
    return { stdout, stderr, exitCode, ...(ended ?? { endedBy: 'itself', reason: '' }) }
  } finally {
    // By then the group's number may be somebody else's.
    clearTimeout(killing)
    stopWatching()
    signal.removeEventListener('abort', onAbort)
  }
}

/** A script runs on this very Node.js: a shebang would find whatever `node` comes first. */
function program(file: string, args: string[], path: string): [string, string[]] {
  const real = file.includes('/') ? file : locate(file, path)
  return /\.[cm]?[jt]s$/.test(real) ? [process.execPath, [real, ...args]] : [file, args]
}

/** What a name in PATH leads to: for a CLI that npm has installed, a link to its script. */
function locate(name: string, path: string): string {
  for (const folder of path.split(delimiter)) {
    try {
      return realpathSync(join(folder, name))
    } catch {
      // Not there.
    }
  }
  return name
}

/** Calls `end` when the time is over, when nothing is heard any more, and when a line says so. */
function watchOver(
  stdout: NodeJS.ReadableStream | undefined,
  { timeoutMs, silenceMs, watch }: Invocation,
  end: (endedBy: Ended['endedBy'], reason?: string) => void,
): () => void {
  const onSilence = () => end('silence')
  const timeout = setTimeout(() => end('timeout'), timeoutMs)
  let silence = Number.isFinite(silenceMs) ? setTimeout(onSilence, silenceMs) : undefined
  let rest = ''
  stdout?.on('data', (chunk: Buffer | string) => {
    // Joined only once a line: a CLI may print megabytes in one.
    const [begun = '', ...more] = String(chunk).split('\n')
    const lines = [rest + begun, ...more]
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const told = watch(line)
      if (typeof told === 'object') end('unsafe', told.unsafe)
      if (told === true) silence = silence?.refresh()
    }
  })
  return () => {
    clearTimeout(timeout)
    clearTimeout(silence)
  }
}

/** Sends a signal to a process's whole group, if anybody of it is left. */
export function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch {
    // Nobody of the group is left.
  }
}
