import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'

export interface Invocation {
  file: string
  args: string[]
  cwd: string
  /** The whole environment: nothing is inherited. */
  env: Record<string, string>
  input: string
  timeoutMs: number
  signal: AbortSignal
}

export interface Ended {
  stdout: string
  stderr: string
  exitCode: number | undefined
  /** The first reason to end wins; an exit code alone does not tell who ended it. */
  endedBy: 'itself' | 'timeout' | 'abort' | 'not-started'
  /** Why it could not be started, for `not-started`. */
  startError?: string
}

const GRACE_MS = 2_000
const MAX_OUTPUT = 64 * 1024 * 1024

/**
 * Runs a program as a process group of its own. When it is time to end, the whole group gets SIGTERM and, two seconds
 * later, SIGKILL; whatever the program left behind when it ended is killed too. Never rejects.
 */
export async function spawnGroup({ file, args, cwd, env, input, timeoutMs, signal }: Invocation): Promise<Ended> {
  const options = {
    cwd,
    env,
    extendEnv: false,
    detached: true,
    cleanup: true,
    input,
    reject: false,
    maxBuffer: MAX_OUTPUT,
  } as const
  const child = isScript(file) ? execa(process.execPath, [file, ...args], options) : execa(file, args, options)
  const { pid } = child
  let endedBy: Ended['endedBy'] | undefined
  const end = (reason: Ended['endedBy']) => {
    if (endedBy) return
    endedBy = reason
    if (pid) void terminate(pid)
  }
  const onAbort = () => end('abort')
  const timer = setTimeout(() => end('timeout'), timeoutMs)
  if (signal.aborted) onAbort()
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    const { stdout, stderr, exitCode, ...result } = await child
    if (pid === undefined) {
      return {
        stdout,
        stderr,
        exitCode,
        endedBy: 'not-started',
        startError: 'originalMessage' in result ? String(result.originalMessage) : file,
      }
    }
    return { stdout, stderr, exitCode, endedBy: endedBy ?? 'itself' }
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
    if (pid) kill(pid, 'SIGKILL')
  }
}

/** A script runs on this very Node.js: a shebang would find whatever `node` comes first. */
const isScript = (file: string): boolean => /\.[cm]?[jt]s$/.test(file)

async function terminate(pid: number): Promise<void> {
  kill(pid, 'SIGTERM')
  await sleep(GRACE_MS, undefined, { ref: false })
  kill(pid, 'SIGKILL')
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch {
    // Nobody of the group is left.
  }
}
