import { dirname } from 'node:path'

/** Settings for a git that a CLI starts. */
const settings = {
  // The clone may contain folders that are bare repositories, with settings that run programs.
  'safe.bareRepository': 'explicit',
  'core.fsmonitor': 'false',
  'core.hooksPath': '/dev/null',
}

/**
 * Variables for a git that a CLI starts in the clone: it finds no repository in it or above it, reads no settings, connects to nothing
 * and runs no other program.
 */
export const gitLimits = (clone: string): Record<string, string> => ({
  GIT_CEILING_DIRECTORIES: dirname(clone),
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_COUNT: String(Object.keys(settings).length),
  ...Object.fromEntries(
    Object.entries(settings).flatMap(([key, value], index) => [
      [`GIT_CONFIG_KEY_${index}`, key],
      [`GIT_CONFIG_VALUE_${index}`, value],
    ]),
  ),
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_NO_LAZY_FETCH: '1',
  GIT_TERMINAL_PROMPT: '0',
})
