import { type GitPlace, gitEnvironment, gitSettings } from './git-environment.ts'
import { withMemoryLimit } from './limit-memory.ts'
import type { OutputLimits } from './limits.ts'
import { type Ended, spawnGroup } from './spawn-group.ts'

export interface GitOptions extends GitPlace {
  timeoutMs: number
  /** MiB of address space for each process. */
  memoryMib: number
  signal: AbortSignal
}

export interface GitResult {
  ok: boolean
  stdout: string
  /** What git printed, or why it could not print anything. */
  stderr: string
}

/** No command used here prints more. */
const LIMITS: OutputLimits = { line: 64 * 1024, noise: 1024 * 1024, total: 4 * 1024 * 1024 }

/**
 * Runs git commands that talk to an untrusted server or write what came from it, with an environment built from scratch and only
 * our own settings. Doesn't throw when git fails; rejects with the signal's reason when aborted.
 */
export async function git(args: string[], options: GitOptions): Promise<GitResult> {
  const { cwd, timeoutMs, memoryMib, signal } = options
  const lines: string[] = []
  const settings = gitSettings(options).flatMap((setting) => ['-c', setting])
  const [file, limited] = withMemoryLimit('git', [...settings, ...args], memoryMib)
  const ended = await spawnGroup({
    file,
    args: limited,
    env: gitEnvironment(options),
    limits: LIMITS,
    onLine: (line) => {
      lines.push(line)
      return 'useful'
    },
    ...{ cwd, timeoutMs, signal },
  })
  if (signal.aborted) throw signal.reason
  const ok = ended.endedBy === 'itself' && ended.exitCode === 0
  return { ok, stdout: lines.join('\n'), stderr: ok ? ended.stderr : whyItFailed(ended, timeoutMs) }
}

/** The shell's exit code for a program that is not in PATH. git has no such code. */
const NOT_FOUND = 127

/** git's own words, unless it had no chance to print any. */
function whyItFailed({ endedBy, reason, exitCode, diedOf, stderr }: Ended, timeoutMs: number): string {
  if (endedBy === 'timeout') return `timed out after ${timeoutMs / 60_000} minutes`
  if (endedBy === 'flood') return reason
  if (endedBy === 'not-started') return `git could not be started: ${reason}`
  if (exitCode === NOT_FOUND) return 'git was not found. Install git (2.37 or later).'
  if (diedOf === 'SIGKILL') return `git was killed by SIGKILL; the task may have run out of memory. ${stderr}`
  return diedOf ? `git crashed (${diedOf}). ${stderr}` : stderr
}
