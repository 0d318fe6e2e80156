import { type GitPlace, gitEnvironment, gitSettings } from './git-environment.ts'
import type { OutputLimits } from './limits.ts'
import { type Ended, spawnGroup } from './spawn-group.ts'

export interface GitOptions extends GitPlace {
  timeoutMs: number
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
  const { cwd, timeoutMs, signal } = options
  const lines: string[] = []
  const ended = await spawnGroup({
    file: 'git',
    args: [...gitSettings(options).flatMap((setting) => ['-c', setting]), ...args],
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

/** git's own words, unless it had no chance to print any. */
function whyItFailed({ endedBy, reason, diedOf, stderr }: Ended, timeoutMs: number): string {
  if (endedBy === 'timeout') return `timed out after ${timeoutMs / 60_000} minutes`
  if (endedBy === 'flood') return reason
  if (endedBy === 'not-started') {
    const advice = reason.includes('ENOENT') ? '. Install git (2.37 or later).' : ''
    return `git could not be started: ${reason}${advice}`
  }
  if (diedOf === 'SIGKILL') return `git was killed by SIGKILL; the task may have run out of memory. ${stderr}`
  return diedOf ? `git crashed (${diedOf}). ${stderr}` : stderr
}
