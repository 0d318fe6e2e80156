export interface GitPlace {
  cwd: string
  /** Where git may look for a home: an empty folder. */
  home: string
  path: string
  /** Further `-c` settings. */
  config?: Record<string, string>
  /** Which transports may be used. */
  protocols: string
}

/** Settings that make git do nothing but fetch, check out and read: no hooks, helpers, redirects, filters or submodules. */
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

/** `name=value`, for as many `-c` options. */
export const gitSettings = ({ config = {} }: GitPlace): string[] =>
  Object.entries({ ...HARDENED, ...config }).map(([name, value]) => `${name}=${value}`)

/** The whole environment of git: nothing of ours, of the system's or of the user's configuration gets into it. */
export const gitEnvironment = ({ path, home, protocols }: GitPlace) => ({
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
})
