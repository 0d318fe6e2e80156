import { execa } from 'execa'

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
}

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
  const result = await execa('git', [...settings, ...args], {
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
    reject: false,
    timeout: timeoutMs,
    cancelSignal: signal,
    forceKillAfterDelay: 2_000,
    stripFinalNewline: true,
    maxBuffer: 256 * 1024 * 1024,
  })
  if (signal.aborted) throw signal.reason
  if (result.failed && result.exitCode === undefined && !result.timedOut) {
    return {
      ok: false,
      stdout: '',
      stderr: `git could not be started: ${result.originalMessage ?? ''}. Install git (2.37 or later).`,
    }
  }
  const stderr = result.timedOut ? `timed out after ${timeoutMs / 60_000} minutes` : result.stderr
  return { ok: !result.failed, stdout: result.stdout, stderr }
}
