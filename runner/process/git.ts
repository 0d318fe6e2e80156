import { execa, type Result } from 'execa'
import { killGroup } from './spawn-group.ts'

export interface GitOptions {
  cwd: string
  /** Where git may look for a home: an empty folder. */
  home: string
  path: string
  /** Further `-c` settings. */
  config?: Record<string, string>
  /** Which transports may be used. */
  protocols: string
  timeoutMs: number
  signal: AbortSignal
}

export interface GitResult {
  ok: boolean
  stdout: string
  stderr: string
  /** It was ended, since it printed more than {@link MAX_OUTPUT}. */
  tooMuch: boolean
}

/** Characters: more is no answer to anything that is asked here. */
const MAX_OUTPUT = 32 * 1024 * 1024

/** Settings that make git do nothing but fetch and check out: no hooks, helpers, redirects, filters or submodules. */
const HARDENED: Record<string, string> = {
  'core.hooksPath': '/dev/null',
  'core.symlinks': 'false',
  'core.fsmonitor': 'false',
  'core.autocrlf': 'false',
  'credential.helper': '',
  'submodule.recurse': 'false',
  'fetch.recurseSubmodules': 'false',
  'fetch.fsckObjects': 'true',
  // A pack is kept as it comes: one file that grows, not objects unpacked in memory.
  'fetch.unpackLimit': '1',
  'transfer.bundleURI': 'false',
  'http.followRedirects': 'false',
  // A server that sends less than 1,000 bytes a second for a minute is given up.
  'http.lowSpeedLimit': '1000',
  'http.lowSpeedTime': '60',
  'protocol.version': '2',
  'gc.auto': '0',
  'advice.detachedHead': 'false',
  'init.defaultBranch': 'main',
}

/**
 * Runs git on content nobody trusts: with an environment made from nothing and settings of our own alone. Does not throw when
 * git fails; rejects with the signal's reason when aborted.
 */
export async function git(args: string[], options: GitOptions): Promise<GitResult> {
  const { cwd, home, path, config = {}, protocols, timeoutMs, signal } = options
  const settings = Object.entries({ ...HARDENED, ...config }).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = execa('git', [...settings, ...args], {
    cwd,
    extendEnv: false,
    env: {
      PATH: path,
      HOME: home,
      LC_ALL: 'C',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_ATTR_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0',
      GIT_ASKPASS: '/bin/false',
      GIT_ALLOW_PROTOCOL: protocols,
      GIT_LFS_SKIP_SMUDGE: '1',
    },
    detached: true,
    reject: false,
    timeout: timeoutMs,
    cancelSignal: signal,
    forceKillAfterDelay: 2_000,
    stripFinalNewline: true,
    maxBuffer: MAX_OUTPUT,
  })
  const { pid, nodeChildProcess: main } = child
  // What serves its connection would go on without it, and hold its output open.
  main.once('exit', () => pid && killGroup(pid, 'SIGKILL'))
  const result = await child
  if (signal.aborted) throw signal.reason
  const { failed, stdout, isMaxBuffer: tooMuch } = result
  return { ok: !failed, stdout, stderr: failed ? whyItFailed(result, timeoutMs) : result.stderr, tooMuch }
}

type Failed = Pick<Result, 'code' | 'exitCode' | 'signal' | 'originalMessage' | 'timedOut' | 'isMaxBuffer'> & {
  stderr: string
}

/** In git's own words, unless it had no chance to say any. */
function whyItFailed(result: Failed, timeoutMs: number): string {
  const { code, exitCode, signal, originalMessage = '' } = result
  if (result.timedOut) return `timed out after ${timeoutMs / 60_000} minutes`
  if (result.isMaxBuffer) return `it printed more than ${MAX_OUTPUT / 1024 / 1024} MiB`
  if (code === 'ENOENT') return `git could not be started: ${originalMessage}. Install git (2.37 or later).`
  if (signal) return `it was ended by ${signal}: the task may have run out of memory. ${result.stderr}`
  return exitCode === undefined ? `git could not be started: ${originalMessage}` : result.stderr
}
