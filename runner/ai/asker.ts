import pRetry from 'p-retry'
import type { RunnerEnv } from '../../shared/env.ts'
import { isDomainError } from '../../shared/errors.ts'
import type { Log } from '../../shared/log.ts'
import type { Provider } from '../../shared/variant.ts'
import { ask } from './ask.ts'

/** All that stays the same between the calls of one generation. */
export interface Asker {
  env: RunnerEnv
  provider: Provider
  model: string
  /** The clone. */
  cwd: string
  scratch: string
  timeoutMinutes: number
  log: Log
  signal: AbortSignal
  /** Told what each call cost, also when it failed. */
  onCost(usd: number): void
}

/** Retries after the first try, and the pause before the first of them; it doubles each time. */
const RETRIES = 2
const PAUSE_MS = 2_000

/**
 * Asks until there is an answer: what may pass is tried again with back-off, what will not is not.
 *
 * @throws DomainError `ai-failed`; the signal's reason when aborted
 */
export async function askWithRetries(
  asker: Asker,
  prompt: string,
  { what, maxTurns, check }: { what: string; maxTurns: number; check?: (text: string) => string },
): Promise<string> {
  const { env, log, signal, onCost, ...call } = asker
  const once = async (attempt: number): Promise<string> => {
    const started = Date.now()
    try {
      const answer = await ask(env, { ...call, prompt, maxTurns, maxCostUsd: env.MAX_COST_USD, signal })
      onCost(answer.costUsd)
      log.info(`${what}: answered in ${((Date.now() - started) / 1000).toFixed(1)} s`, { costUsd: answer.costUsd })
      return check ? check(answer.text) : answer.text
    } catch (error) {
      if (isDomainError(error, 'ai-failed')) {
        onCost(error.details.costUsd)
        log.warn(`${what}: try ${attempt} failed: ${error.message}`)
      }
      throw error
    }
  }
  return await pRetry(once, {
    retries: RETRIES,
    minTimeout: PAUSE_MS,
    signal,
    shouldRetry: ({ error }) => isDomainError(error, 'ai-failed') && error.details.retryable,
  })
}
