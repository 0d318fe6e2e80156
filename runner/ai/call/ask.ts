import { dirname } from 'node:path'
import { type CliEnv, maskFor } from '../../../shared/env.ts'
import type { Log } from '../../../shared/log.ts'
import { descriptors } from '../../../shared/providers/descriptors.ts'
import type { Provider } from '../../../shared/variant.ts'
import { DISK_FULL_WORDS, holdsMostOfDisk, isDiskFull, isNearlyFull } from '../../disk.ts'
import { type Ended, type Ids, spawnGroup } from '../../process/spawn-group.ts'
import { adapters } from '../providers/adapters.ts'
import type { FailureKind, Subject } from '../providers/failures.ts'
import type { Question } from '../providers/provider.ts'
import { type Answer, type Failed, noUsage } from '../providers/usage.ts'
import { type CallUser, makeCallDirectory } from './call-directory.ts'
import { gitLimits } from './git-limits.ts'

export interface AskOptions extends Question {
  provider: Provider
  prompt: string
  /** The clone, which is all that the CLI may read. */
  cwd: string
  /** A folder outside the clone for this call's HOME and TMPDIR. */
  scratch: string
  timeoutMinutes: number
  signal: AbortSignal
  log: Pick<Log, 'warn'>
}

/**
 * Makes one call of an AI CLI; nothing else starts one. Returns the model's answer or how the call failed, and what it used.
 *
 * @throws the signal's reason when aborted, after the CLI and all its children have ended
 */
export async function ask(env: CliEnv, options: AskOptions): Promise<Answer> {
  const answer = withoutSecrets(env, await call(env, options).catch(explainDiskFull))
  return answer.ok ? answer : await checkDisk(answer, options)
}

/**
 * Checks that the CLI starts and that its key is set, before anything is cloned or paid for. `text` is the version it reports.
 *
 * @throws the signal's reason when it was aborted
 */
export async function checkProvider(
  env: CliEnv,
  options: Pick<AskOptions, 'provider' | 'scratch' | 'signal' | 'log'>,
): Promise<Answer> {
  const answer = withoutSecrets(env, await askVersion(env, options))
  return answer.ok ? { ...answer, text: answer.text.slice(0, LONGEST_VERSION) } : answer
}

const LONGEST_VERSION = 100

async function askVersion(
  env: CliEnv,
  { provider, scratch, signal, log }: Pick<AskOptions, 'provider' | 'scratch' | 'signal' | 'log'>,
): Promise<Answer> {
  const { executable, keyName } = descriptors[provider]
  const fail = (kind: FailureKind, message: string): Answer => ({ ok: false, kind, message, usage: noUsage })
  await using directory = await makeCallDirectory(scratch, {}, userOf(env), log)
  let version: string | undefined
  const ended = await spawnGroup({
    ...placeOf(env, directory.path),
    file: env[executable],
    args: ['--version'],
    // Not the call's own directory: on AWS it belongs to the CLI's user, and the runner cannot enter it.
    cwd: scratch,
    timeoutMs: 60_000,
    onLine: (line) => {
      version ??= line.trim() || undefined
      return 'noise'
    },
    signal,
  })
  if (ended.endedBy === 'abort') throw signal.reason
  if (ended.endedBy === 'not-started') return fail('not-started', ended.reason)
  if (ended.endedBy === 'flood') return fail('broken', ended.reason)
  if (ended.endedBy !== 'itself') return fail('broken', 'it did not end within a minute')
  if (ended.exitCode !== 0) return fail('broken', ended.stderr.trim() || `exit code ${ended.exitCode}`)
  if (!env[keyName(env)]) return fail('no-key', '')
  return { ok: true, text: version ?? '', usage: noUsage }
}

/** What a failure's message can mention. */
export function subjectOf(
  env: CliEnv,
  { provider, model, timeoutMinutes }: Pick<AskOptions, 'provider' | 'model' | 'timeoutMinutes'>,
): Subject {
  const { executable, keyName } = descriptors[provider]
  return {
    provider,
    model,
    timeoutMinutes,
    keyName: keyName(env),
    executable: { name: executable, value: env[executable] },
  }
}

/** How many characters of a CLI's output a message quotes, counted from the end. */
const LONGEST_QUOTE = 1_000

/** Masks a CLI's output, then cuts it. Cutting first could leave half a secret unmasked, so this is the only place that cuts. */
function withoutSecrets(env: CliEnv, answer: Answer): Answer {
  const mask = maskFor(env)
  if (answer.ok) {
    const { text, earlier, usage } = answer
    return { ok: true, text: mask(text), ...(earlier ? { earlier: earlier.map(mask) } : {}), usage }
  }
  const { said, message } = answer
  return { ...answer, message: mask(message.trim()).slice(-LONGEST_QUOTE), ...(said ? { said: said.map(mask) } : {}) }
}

function explainDiskFull(error: unknown): Answer {
  if (!isDiskFull(error)) throw error
  return { ok: false, kind: 'disk-full', message: String(error), usage: noUsage }
}

/** Reclassifies a failure that a full disk has caused: it isn't the CLI's fault, however it shows up. */
async function checkDisk(answer: Failed, { scratch }: AskOptions): Promise<Answer> {
  const full = DISK_FULL_WORDS.test(answer.message) || (answer.kind === 'crashed' && (await isNearlyFull(scratch)))
  if (!full) return answer
  return { ...answer, kind: (await holdsMostOfDisk(dirname(scratch))) ? 'disk-too-small' : 'disk-full' }
}

async function call(env: CliEnv, options: AskOptions): Promise<Answer> {
  const adapter = adapters[options.provider]
  await using directory = await makeCallDirectory(
    options.scratch,
    adapter.files(env, options),
    userOf(env),
    options.log,
  )
  const place = placeOf(env, directory.path)
  const { silenceMinutes } = adapter
  const reader = adapter.read()
  const ended = await spawnGroup({
    ...place,
    env: { ...place.env, ...gitLimits(options.cwd), ...adapter.environment(env, directory.path) },
    file: env[descriptors[options.provider].executable],
    args: adapter.args(options, directory.path),
    cwd: options.cwd,
    input: adapter.input(options),
    timeoutMs: options.timeoutMinutes * 60_000,
    ...(silenceMinutes === undefined ? {} : { silenceMs: silenceMinutes * 60_000 }),
    onLine: reader.line,
    stopSignal: adapter.stopSignal,
    signal: options.signal,
  })
  if (ended.endedBy === 'abort') throw options.signal.reason
  if (ended.endedBy === 'not-started') return { ok: false, kind: 'not-started', message: ended.reason, usage: noUsage }
  const answer = reader.finish(ended)
  // A complete answer was paid for, however late it came.
  if (answer.ok && (ended.endedBy === 'timeout' || ended.endedBy === 'silence')) return answer
  const kind = kinds[ended.endedBy]
  if (!kind) return answer
  const said = answer.ok ? [...(answer.earlier ?? []), answer.text] : answer.said
  return { ok: false, kind, message: ended.reason, usage: answer.usage, ...(said ? { said } : {}) }
}

/** The failure for each of our own reasons to end a call. */
const kinds: Partial<Record<Ended['endedBy'], FailureKind>> = {
  timeout: 'timed-out',
  silence: 'stalled',
  unsafe: 'unsafe',
  flood: 'flooded',
}

const userOf = (env: CliEnv): CallUser => ({ as: idsOf(env), path: env.PATH })

const placeOf = (env: CliEnv, home: string) => ({
  env: { PATH: env.PATH, HOME: home, TMPDIR: home, LANG: 'C.UTF-8' },
  as: idsOf(env),
})

const idsOf = ({ AI_CLI_UID: uid, AI_CLI_GID: gid = uid }: CliEnv): Ids | undefined =>
  uid === undefined || gid === undefined ? undefined : { uid, gid }
