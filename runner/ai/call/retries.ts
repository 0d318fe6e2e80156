import pRetry from 'p-retry'
import { DomainError, isDomainError } from '../../../shared/errors.ts'
import { type Failure, type FailureKind, failures, type Retry } from '../providers/failures.ts'
import { type Answer, describeUsage, type Failed, type Usage, unknownUsage } from '../providers/usage.ts'
import { ask } from './ask.ts'
import { limitEnd } from './limit-end.ts'
import { type AiSession, explain } from './session.ts'

/** Why an answer is unusable although the CLI reported success. */
export interface Unusable {
  kind: FailureKind
  message: string
}

export interface Request {
  /** `the plan`, `page 'setup'`: for the log. */
  label: string
  maxTurns: number
  /** Failures are not retried, but limits are waited out all the same. */
  isOptional?: true
  /**
   * Returns the usable part of the answer, or why it is unusable. Gets its texts in order; the last one may be empty. If the call
   * failed, only a whole answer is usable.
   */
  check(texts: readonly string[], failed: boolean): string | Unusable
}

const RETRIES: Record<Retry, number> = { never: 0, once: 1, again: 2, wait: 0, 'wait-if-named': 0 }

/** The pause before the first retry; it doubles. */
const PAUSE_MS = 2_000

/**
 * Asks until there is an answer, in view of what the owner asks for. Transient failures are retried with back-off, limits are waited out, and permanent failures are
 * not retried.
 *
 * @throws DomainError `ai-failed` with what happened and what to do; the signal's reason when aborted
 */
export async function askWithRetries(session: AiSession, prompt: string, request: Request): Promise<string> {
  let tries = 0
  const calls: Usage[] = []
  const attempt = async (): Promise<string> => {
    const answer = await askWhenAllowed(session, prompt + session.wishes, { ...request, calls }, ++tries)
    if (answer.ok && calls.length > 1) session.log.info(`${request.label}: ${describeCalls(calls)}`)
    if (answer.ok) return answer.text
    const message = explain(session, answer) + (tries > 1 ? ` (tried ${tries} times)` : '')
    const { retry, everyCall = false }: Failure = failures[answer.kind]
    const limited = answer.limitEnds !== undefined
    throw new DomainError('ai-failed', { message, retries: RETRIES[retry], everyCall: everyCall || limited })
  }
  return await pRetry(attempt, {
    retries: Math.max(...Object.values(RETRIES)),
    minTimeout: PAUSE_MS,
    signal: session.signal,
    shouldRetry: ({ error }) =>
      !request.isOptional && isDomainError(error, 'ai-failed') && tries <= (error.details.retries ?? 0),
  })
}

/** What all calls for one answer used, as far as it is known. */
function describeCalls(calls: readonly Usage[]): string {
  const sum = (field: 'input' | 'cached' | 'output') => calls.reduce((all, usage) => all + usage[field], 0)
  const costUsd = calls.reduce((all, usage) => all + (usage.costUsd ?? 0), 0)
  const unknown = calls.filter((usage) => usage.costUsd === null).length
  const except = unknown > 0 ? `, and ${unknown} of unknown cost` : ''
  return `${describeUsage({ costUsd, input: sum('input'), cached: sum('cached'), output: sum('output') })} in ${calls.length} calls${except}`
}

/** A request in progress, with the usage of its calls so far. */
type OpenRequest = Request & { calls: Usage[] }

/** One try, repeated for as long as limits have to be waited out. */
async function askWhenAllowed(
  session: AiSession,
  prompt: string,
  request: OpenRequest,
  tries: number,
): Promise<Answer> {
  for (;;) {
    await session.pause.pass(session.signal)
    const answer = await withoutSecrets(session, await askOnce(session, prompt, request))
    if (answer.ok) session.pause.lift()
    if (answer.ok) return answer
    const { retry } = failures[answer.kind]
    const reason = waitingReason(session, answer)
    const limited = limitOf(answer)
    const waits = limited && session.pause.hold(reason, limited.ends)
    const next = waits ? 'waiting' : !request.isOptional && tries <= RETRIES[retry] ? 'trying again' : 'giving up'
    const why = waits ? `${reason}. It said: ${answer.message}` : explain(session, answer)
    session.log.warn(`${request.label}: try ${tries} failed, ${next}: ${why}`, { kind: answer.kind })
    const ends = limited?.ends ?? 0
    if (!waits) return ends > Date.now() ? { ...answer, limitEnds: ends } : answer
  }
}

/** The limit that a call has hit, if it is one to wait for, and when it ends, if the CLI says so. */
function limitOf({ kind, message }: Failed): { ends: number | undefined } | undefined {
  const { retry } = failures[kind]
  if (retry !== 'wait' && retry !== 'wait-if-named') return undefined
  const ends = kind === 'disk-full' ? undefined : limitEnd(message, Date.now())
  return ends === undefined && retry === 'wait-if-named' ? undefined : { ends }
}

/** A failure's message may quote the repository or the model. */
async function withoutSecrets({ secrets }: AiSession, answer: Answer): Promise<Answer> {
  return answer.ok ? answer : { ...answer, message: (await secrets.mask(answer.message)).text }
}

function waitingReason({ provider }: AiSession, { kind, message }: Failed): string {
  if (kind === 'disk-full') return 'The disk is full'
  if (kind === 'overloaded') return `The servers of ${provider} are overloaded`
  const limit = limits[kind] ?? 'rate limit'
  const [resets] = /\bresets [\w:,() /]{1,60}/i.exec(message) ?? []
  return `${provider} is at its ${limit}${resets ? `, which ${resets.trim()}` : ''}`
}

const limits: Partial<Record<FailureKind, string>> = { 'usage-limit': 'usage limit', 'quota-used-up': 'quota' }

async function askOnce(
  session: AiSession,
  prompt: string,
  { label, maxTurns, check, calls }: OpenRequest,
): Promise<Answer> {
  const { env, provider, model, system, cwd, scratch, timeoutMinutes, signal, log } = session
  const reservation = await session.budget.reserve(signal)
  const started = Date.now()
  let usage = unknownUsage
  try {
    const answer = await ask(env, {
      ...{ provider, model, prompt, system, maxTurns, maxCostUsd: reservation.usd },
      ...{ cwd, scratch, timeoutMinutes, signal, log },
    })
    usage = answer.usage
    calls.push(usage)
    const seconds = ((Date.now() - started) / 1000).toFixed(1)
    log.info(`${label}: ${answer.ok ? 'answered' : 'ended'} after ${seconds} s, ${describeUsage(usage)}`, { ...usage })
    if (!answer.ok) return wholeAnswerIn(answer, session, { label, check }) ?? answer
    const checked = check([...(answer.earlier ?? []), answer.text], false)
    return typeof checked === 'string' ? { ...answer, text: checked } : { ok: false, ...checked, usage }
  } finally {
    reservation.settle(usage)
  }
}

/** What was paid for and is whole counts, however the call ended; but nothing does of a CLI that had to be stopped for what it did. */
function wholeAnswerIn(
  { kind, message, said, usage }: Failed,
  { log }: AiSession,
  { label, check }: Pick<Request, 'label' | 'check'>,
): Answer | undefined {
  if (!said || kind === 'unsafe' || kind === 'flooded' || kind === 'refused') return undefined
  const text = check(said, true)
  if (typeof text !== 'string') return undefined
  log.warn(`${label}: the call failed after the whole answer, which is used`, { kind, said: message })
  return { ok: true, text, usage }
}
