import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { makeCallDirectory } from '../../runner/ai/call/call-directory.ts'
import { type Ids, spawnGroup } from '../../runner/process/spawn-group.ts'
import { limits } from '../support/limits.ts'
import type { Attack, Cli, Control } from './attack.ts'
import type { MadeWorld } from './world.ts'

const signal = new AbortController().signal
const path = process.env.PATH ?? ''

/** Clones as a person would, with all their settings. A failure is an outcome like any other. */
export async function clonePlainly(attack: Attack, world: MadeWorld, address: string): Promise<void> {
  const { clone, folder, operator } = world
  await mkdir(dirname(clone), { recursive: true })
  const env = { PATH: path, HOME: operator, GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_NOSYSTEM: '1' }
  const git = async (cwd: string, ...args: string[]) =>
    await spawnGroup({ file: 'git', args, cwd, env, timeoutMs: limits.wait, signal })
  const isOption = address.startsWith('-')
  await (isOption
    ? git(folder, 'ls-remote', address, 'project')
    : git(folder, 'clone', '--recurse-submodules', address, clone))
  if (attack.ref) await git(clone, 'fetch', 'origin', attack.ref(world))
  await mkdir(clone, { recursive: true })
}

export interface PlainCall {
  cli: Cli
  model: string
  /** A name that is put on the command line as it is. */
  nameAsArgument: boolean
  executable: string
  key: string
  /** The model's address; none where the attack is about it. */
  address: string | undefined
  prompt: string
  as: Ids | undefined
}

/** Starts a CLI as a person would who trusts the repository, or who even allows everything. */
export async function askPlainly(world: MadeWorld, level: Control['cli'], call: PlainCall): Promise<string> {
  const { cli, key, address, as, prompt } = call
  const permissive = level !== 'plain'
  await using home = await makeCallDirectory(world.scratch, homes[cli](world), { as, path }, { warn() {} })
  const ended = await spawnGroup({
    file: call.executable,
    args: commandLines[cli](call, permissive),
    cwd: world.clone,
    env: { PATH: path, HOME: home.path, TMPDIR: home.path, LANG: 'C.UTF-8', ...environments[cli](key, address) },
    input: prompt,
    as,
    timeoutMs: limits.wait,
    limits: { line: 64 * MIB, noise: 64 * MIB, total: 64 * MIB },
    signal,
  })
  return `${ended.endedBy} ${ended.exitCode} ${ended.stderr.slice(-500)}`
}

const MIB = 1024 * 1024

/** Without this, claude leaves out those that it thinks its shell can do. */
const EVERY_TOOL = 'Bash,Read,Write,Edit,NotebookEdit,Grep,Glob,WebFetch,WebSearch,Task,Skill'

const commandLines: Record<Cli, (call: PlainCall, permissive: boolean) => string[]> = {
  claude: ({ model, nameAsArgument }, permissive) => [
    ...['-p', '--output-format', 'stream-json', '--verbose'],
    ...(nameAsArgument ? [model] : ['--model', model]),
    ...(permissive ? ['--permission-mode', 'bypassPermissions', '--tools', EVERY_TOOL] : []),
  ],
  gemini: ({ model, nameAsArgument }, permissive) => [
    ...(nameAsArgument ? ['--model=gemini-2.5-pro', model] : [`--model=${model}`]),
    ...['-o', 'stream-json'],
    ...(permissive ? ['--approval-mode', 'yolo', '--include-directories', '/'] : []),
  ],
}

const environments: Record<Cli, (key: string, address: string | undefined) => Record<string, string>> = {
  claude: (key, address) => ({
    ANTHROPIC_API_KEY: key,
    ...(address ? { ANTHROPIC_BASE_URL: address } : {}),
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    CLAUDE_CODE_MAX_RETRIES: '1',
    // Root may allow everything only with this.
    IS_SANDBOX: '1',
  }),
  gemini: (key, address) => ({
    GEMINI_API_KEY: key,
    ...(address ? { GOOGLE_GEMINI_BASE_URL: address } : {}),
    GEMINI_CLI_TRUST_WORKSPACE: 'true',
    GEMINI_CLI_NO_RELAUNCH: 'true',
  }),
}

/** The folder is trusted. */
const homes: Record<Cli, (world: MadeWorld) => Record<string, string>> = {
  claude: ({ clone }) => ({
    '.claude.json': JSON.stringify({
      hasCompletedOnboarding: true,
      projects: { [clone]: { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true } },
    }),
  }),
  gemini: () => ({
    '.gemini/settings.json': JSON.stringify({
      security: { auth: { selectedType: 'gemini-api-key' }, folderTrust: { enabled: false } },
      general: { maxAttempts: 1, enableAutoUpdate: false },
      privacy: { usageStatisticsEnabled: false },
      skills: { enabled: true },
      hooksConfig: { enabled: true },
    }),
  }),
}
