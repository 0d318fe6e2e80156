import type { RunnerEnv } from '../../../shared/env.ts'
import { DomainError } from '../../../shared/errors.ts'
import type { GenerationRecord } from '../../../shared/generation.ts'
import type { Log } from '../../../shared/log.ts'
import type { Progress } from '../../progress.ts'
import type { KnownSecrets } from '../../secrets/known-secrets.ts'
import { type Failure, type FailureKind, failures } from '../providers/failures.ts'
import { formatUsd } from '../providers/usage.ts'
import { checkProvider, subjectOf } from './ask.ts'
import { type Budget, limitsOf, openBudget } from './budget.ts'
import { openPause, type Pause, timeText } from './pause.ts'

/** What all calls of one generation share. */
export interface AiSession extends Pick<GenerationRecord, 'provider' | 'model' | 'timeoutMinutes'> {
  env: RunnerEnv
  /** The clone. */
  cwd: string
  scratch: string
  log: Log
  secrets: KnownSecrets
  signal: AbortSignal
  budget: Budget
  pause: Pause
  /** What every call is told beside its prompt. */
  system: string
  /** What the owner asks for: the end of every prompt. */
  wishes: string
}

type Job = Pick<AiSession, 'env' | 'log' | 'signal'>
type RunningJob = Job & Pick<AiSession, 'secrets'> & { leftMs(): number }

/** After a rate limit: the first wait, and the longest. */
const WAITS = { firstMs: 15_000, longestMs: 5 * 60_000 }

/** Opens a session that continues from the generation's earlier attempts: with what they spent and set aside. */
export function openSession(
  { env, log, secrets, signal, leftMs }: RunningJob,
  record: GenerationRecord,
  progress: Progress,
  { clone, scratch, ...texts }: { clone: string; scratch: string } & Pick<AiSession, 'system' | 'wishes'>,
): AiSession {
  const { provider, model, timeoutMinutes, costUsd, reservedUsd = 0 } = record
  const limits = limitsOf(env)
  if (limits.isSet && reservedUsd > 0)
    log.info(`${formatUsd(reservedUsd)} of earlier attempts stay reserved: those calls never reported their cost`)
  const budget = openBudget({ costUsd, reservedUsd }, limits, {
    note: (money) => progress.note(money),
    save: async (money) => {
      progress.note(money)
      await progress.flush()
    },
  })
  const pause = openPause({ ...WAITS, leftMs, note: (waitingReason) => progress.note({ waitingReason }) })
  return { env, provider, model, timeoutMinutes, cwd: clone, scratch, log, secrets, signal, budget, pause, ...texts }
}

/**
 * Requires that the provider's CLI starts and that its key is set. Returns the version it reports.
 *
 * @throws DomainError `ai-failed`
 */
export async function requireProvider(
  { env, signal, log }: Job,
  record: GenerationRecord,
  scratch: string,
): Promise<string> {
  const answer = await checkProvider(env, { provider: record.provider, scratch, signal, log })
  if (answer.ok) log.info(`${record.provider} is version ${answer.text}, the model is '${record.model}'`)
  if (answer.ok) return answer.text
  throw new DomainError('ai-failed', { message: explain({ env, ...record }, answer) })
}

/** How a call failed, worded for the user who requested the generation. */
export const explain = (
  { env, ...call }: Pick<AiSession, 'env' | 'provider' | 'model' | 'timeoutMinutes'>,
  { kind, message, limitEnds }: { kind: FailureKind; message: string; limitEnds?: number },
): string => {
  const { explain: text }: Failure = failures[kind]
  const subject = { ...subjectOf(env, call), ...(limitEnds === undefined ? {} : { limitEnds: timeText(limitEnds) }) }
  return text(subject, message).replace(/\.$/, '')
}
