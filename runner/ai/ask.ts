import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunnerEnv } from '../../shared/env.ts'
import { DomainError } from '../../shared/errors.ts'
import type { Provider } from '../../shared/variant.ts'
import { type ProviderRow, providerRows, type Question } from './providers.ts'
import { type Ended, spawnGroup } from './spawn-group.ts'

export interface AskOptions extends Question {
  provider: Provider
  prompt: string
  /** The clone: the CLI may read it and nothing else. */
  cwd: string
  /** Folder for this call's HOME and TMPDIR, outside the clone. */
  scratch: string
  timeoutMinutes: number
  signal: AbortSignal
}

/**
 * One call of an AI CLI: the only place that starts one. Gives the model's answer and what it cost.
 *
 * @throws DomainError `ai-failed` with a message that says what to do; the signal's reason when it was aborted
 */
export async function ask(env: RunnerEnv, options: AskOptions): Promise<{ text: string; costUsd: number }> {
  const row = rowOf(options.provider)
  const ended = await invoke(env, row, row.args(options), options)
  if (ended.endedBy === 'abort') throw options.signal.reason
  if (ended.endedBy !== 'itself') throw failed(describeEnd(env, row, ended, options), false, 0)
  const answer = row.answer(ended.stdout, ended.stderr, ended.exitCode)
  if (answer.ok) return answer
  throw failed(`${options.provider}: ${answer.message}`, answer.retryable, answer.costUsd)
}

/**
 * Before anything is cloned or paid: can this CLI be started at all, and is there a key? Gives what it says its version is.
 *
 * @throws DomainError `ai-failed`
 */
export async function checkProvider(
  env: RunnerEnv,
  options: Pick<AskOptions, 'provider' | 'scratch' | 'signal'>,
): Promise<string> {
  const row = rowOf(options.provider)
  const call = { ...options, cwd: options.scratch, prompt: '', timeoutMinutes: 1 }
  const ended = await invoke(env, row, ['--version'], call)
  if (ended.endedBy === 'abort') throw options.signal.reason
  if (ended.endedBy !== 'itself') throw failed(describeEnd(env, row, ended, call), false, 0)
  if (ended.exitCode !== 0) {
    const said = ended.stderr.trim().slice(-500) || `exit code ${ended.exitCode}`
    throw failed(`${options.provider}: '${row.executable(env)} --version' failed: ${said}`, false, 0)
  }
  const { variable, value } = row.key(env)
  if (!value) throw failed(`No key for ${options.provider}: set ${variable} and try again`, false, 0)
  return ended.stdout.trim().split('\n')[0]?.slice(0, 100) ?? ''
}

function rowOf(provider: Provider): ProviderRow {
  const row = providerRows[provider]
  if (row) return row
  throw failed(
    `This version of docsfy cannot run ${provider} yet: choose ${Object.keys(providerRows).join(' or ')}`,
    false,
    0,
  )
}

async function invoke(
  env: RunnerEnv,
  row: ProviderRow,
  args: string[],
  {
    prompt,
    cwd,
    scratch,
    timeoutMinutes,
    signal,
  }: Pick<AskOptions, 'prompt' | 'cwd' | 'scratch' | 'timeoutMinutes' | 'signal'>,
): Promise<Ended> {
  const home = await mkdtemp(join(scratch, 'call-'))
  const place = { PATH: env.PATH, HOME: home, TMPDIR: home, CLAUDE_CODE_TMPDIR: home, LANG: 'C.UTF-8' }
  try {
    return await spawnGroup({
      file: row.executable(env),
      args,
      cwd,
      env: { ...place, ...row.environment(env) },
      input: prompt,
      timeoutMs: timeoutMinutes * 60_000,
      signal,
    })
  } finally {
    await rm(home, { recursive: true, force: true, maxRetries: 3 })
  }
}

function describeEnd(
  env: RunnerEnv,
  row: ProviderRow,
  ended: Ended,
  { provider, timeoutMinutes }: { provider: Provider; timeoutMinutes: number },
): string {
  if (ended.endedBy === 'timeout') {
    return `${provider} did not answer within ${timeoutMinutes} min: raise ai_cli_timeout (or AI_CLI_TIMEOUT) if the repository is large`
  }
  const variable = `AI_CLI_${provider.toUpperCase()}`
  return `${provider} could not be started: '${row.executable(env)}' was not found or cannot run. Install the CLI, or set ${variable} to its path. (${ended.startError})`
}

const failed = (message: string, retryable: boolean, costUsd: number) =>
  new DomainError('ai-failed', { message, retryable, costUsd })
