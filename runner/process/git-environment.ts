export interface GitPlace {
  cwd: string
  /** An empty folder as git's HOME. */
  home: string
  path: string
  /** Further `-c` settings. */
  config?: Record<string, string>
  /** The transports that git may use. */
  protocols: string
  /** A configuration file that also applies to the processes that git starts. */
  globalConfig?: string
  /** Further variables. */
  environment?: Record<string, string>
}

/**
 * Faults of old commits and of files that nothing here reads. git accepts them in a repository, but not in a fetch. Names that
 * could be taken for `.git` stay refused, for instance.
 */
const HARMLESS_FAULTS = [
  'zeroPaddedFilemode',
  'badTimezone',
  'missingSpaceBeforeEmail',
  'gitmodulesUrl',
  'gitattributesLineLength',
]

/** Limits git to fetching, checking out and reading: no hooks, helpers, redirects, filters or submodules. */
const HARDENED: Record<string, string> = {
  'core.hooksPath': '/dev/null',
  'core.symlinks': 'false',
  'core.fsmonitor': 'false',
  'core.autocrlf': 'false',
  'credential.helper': '',
  'submodule.recurse': 'false',
  'fetch.recurseSubmodules': 'false',
  'fetch.fsckObjects': 'true',
  ...Object.fromEntries(HARMLESS_FAULTS.map((fault) => [`fetch.fsck.${fault}`, 'ignore'])),
  // Keeps a pack as it arrives: one growing file instead of objects unpacked in memory.
  'fetch.unpackLimit': '1',
  // Within the limit on memory: packs are mapped in small windows, and large files streamed.
  'core.packedGitWindowSize': '16m',
  'core.packedGitLimit': '128m',
  'core.bigFileThreshold': '64m',
  'transfer.bundleURI': 'false',
  'http.followRedirects': 'false',
  // Gives up on a server that sends less than 1,000 bytes a second for a minute.
  'http.lowSpeedLimit': '1000',
  'http.lowSpeedTime': '60',
  'protocol.version': '2',
  'gc.auto': '0',
  'advice.detachedHead': 'false',
  'init.defaultBranch': 'main',
}

/** The settings as `name=value`, one per `-c` option. */
export const gitSettings = ({ config = {} }: GitPlace): string[] =>
  Object.entries({ ...HARDENED, ...config }).map(([name, value]) => `${name}=${value}`)

/** git's whole environment. None of our own, the system's or the user's configuration gets into it. */
export const gitEnvironment = ({ path, home, protocols, globalConfig, environment }: GitPlace) => ({
  PATH: path,
  HOME: home,
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: globalConfig ?? '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_ASKPASS: '/bin/false',
  GIT_ALLOW_PROTOCOL: protocols,
  GIT_LFS_SKIP_SMUDGE: '1',
  ...environment,
})
