import { delimiter, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inheritedEnv, LeaseEnv, RunnerEnv } from '../../shared/env.ts'
import { runnerContainer } from '../../shared/runner-container.ts'
import type { LocalTaskDefinition } from './ecs/options.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The executable that replaces `claude` when no real CLI is configured. */
export const STAND_IN = fileURLToPath(new URL('../../stand-in/claude.ts', import.meta.url))

/** Of Node.js itself: a runner that finds the service's cache of compiled modules starts in half the time. */
const NODE_SETTINGS = ['NODE_COMPILE_CACHE']

export interface CliChoice {
  /** Use the stand-in for `claude`, even if a real CLI is installed. */
  standIn: boolean
}

/**
 * The task that runs `runner/main.ts`, like the stack's task definition on AWS. Its environment holds the runner's settings from this
 * process's environment, and the addresses of the service's parts.
 */
export function taskDefinition(environment: Record<string, string>, { standIn }: CliChoice): LocalTaskDefinition {
  const inherited = inheritedEnv()
  const settings = Object.keys(RunnerEnv.shape)
    .filter((name) => !(name in LeaseEnv.shape) && name !== 'TMPDIR')
    .concat(NODE_SETTINGS)
    .flatMap((name) => (inherited[name] ? [[name, inherited[name]] as const] : []))
  const cli = standIn ? { AI_CLI_CLAUDE: STAND_IN, ANTHROPIC_API_KEY: 'the-stand-in-needs-none' } : {}
  return {
    family: 'docsfy-runner',
    revision: 1,
    containerName: runnerContainer.name,
    command: [...runnerContainer.command],
    // The pinned Node.js comes first in PATH: for the runner, and for CLIs that are scripts.
    environment: {
      ...Object.fromEntries(settings),
      ...cli,
      ...environment,
      PATH: `${dirname(process.execPath)}${delimiter}${inherited.PATH ?? ''}`,
    },
    variables: Object.keys(LeaseEnv.shape),
    stopTimeoutSeconds: runnerContainer.stopTimeoutSeconds,
    workingDirectory: root,
  }
}
