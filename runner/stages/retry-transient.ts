import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../../shared/log.ts'
import type { GitResult } from '../process/git.ts'
import { isTransient } from './explain-git.ts'

/** Pauses before the second and the third try. */
const PAUSES_MS = [1_000, 5_000]

/**
 * Runs git up to three times, for as long as it fails for a reason that may pass soon.
 *
 * @throws the signal's reason when aborted
 */
export async function retryTransient(
  { signal, log }: { signal: AbortSignal; log: Pick<Log, 'warn'> },
  run: () => Promise<GitResult>,
): Promise<GitResult> {
  for (const pauseMs of PAUSES_MS) {
    const result = await run()
    if (result.ok || !isTransient(result.stderr)) return result
    const reason = result.stderr.trim().slice(-500)
    log.warn(`the repository's server failed; trying again in ${pauseMs / 1_000} s`, { reason })
    await sleep(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted())
  }
  return await run()
}
