import { join } from 'node:path'
import { cloneFailed, refusals } from './clone-failures.ts'
import type { CloneOptions } from './clone-options.ts'
import type { Remote } from './connect.ts'
import { limitGrowth } from './limit-growth.ts'
import { limitTime } from './limit-time.ts'
import { gitToServer } from './run-git.ts'

const MOST_MINUTES = 3

/**
 * Fetches another commit beside the one that was cloned, so that git can tell the differences of their files. A server need not have
 * it any more, or not give it: without it more is written anew, and nothing fails.
 *
 * @throws the signal's reason when aborted
 */
export async function fetchFormer(commit: string, remote: Remote, options: CloneOptions): Promise<void> {
  const { path, maxMib, timeoutMinutes } = options
  const minutes = Math.min(MOST_MINUTES, timeoutMinutes / 4)
  const tooLong = cloneFailed(refusals.tookTooLong({ url: remote.url, minutes }))
  const tooLarge = { maxBytes: maxMib * 1024 * 1024, reason: cloneFailed(refusals.transferTooLarge(maxMib)) }
  const args = ['fetch', '--quiet', '--depth=1', '--no-tags', '--no-recurse-submodules', '--', remote.url, commit]
  try {
    const { ok, stderr } = await limitTime(
      { minutes, reason: tooLong, signal: remote.git.signal },
      async (signal) =>
        await limitGrowth(join(path, '.git/objects'), tooLarge, async (outgrown) =>
          gitToServer(remote, options)(args, { signal: AbortSignal.any([signal, outgrown]) }),
        ),
    )
    if (!ok) warn(stderr)
  } catch (error) {
    remote.git.signal.throwIfAborted()
    warn(error instanceof Error ? error.message : String(error))
  }

  function warn(why: string): void {
    options.log.warn('the former commit could not be fetched, so its files cannot be compared line by line', {
      reason: why.trim().slice(-500),
    })
  }
}
