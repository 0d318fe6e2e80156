import type { GitResult } from '../process/git.ts'
import { OUT_OF_MEMORY } from '../process/limit-memory.ts'
import { cloneFailed, refusals } from './clone-failures.ts'
import type { CloneOptions } from './clone-options.ts'
import { connect, type Remote } from './connect.ts'
import { followRedirect, isRedirected, TRACE_HEADERS } from './follow-redirect.ts'
import { limitTime } from './limit-time.ts'
import { retryTransient } from './retry-transient.ts'
import { gitToServer } from './run-git.ts'

/** A repository where it is now, after at most one redirect. */
export interface Reached {
  remote: Remote
  /** Its refs that match the patterns, or why git could not list them. */
  listing: GitResult
}

/** @throws DomainError `clone-failed` for an address that may not be contacted, or a redirect that is not followed */
export async function reach(
  url: string,
  patterns: string[],
  options: CloneOptions,
  mayFollow = true,
): Promise<Reached> {
  const remote = await connect(url, options)
  const listing = await listRefs(remote, patterns, options)
  if (!isRedirected(listing)) return { remote, listing }
  const traced = await listRefs(remote, patterns, options, TRACE_HEADERS)
  const target = await followRedirect(remote, traced, { allowed: options.allowedPrivateHosts, mayFollow })
  return await reach(target, patterns, options, false)
}

/**
 * Lists the refs that match the patterns, as `git ls-remote --symref` prints them. A server can send any number of others, and go on
 * for ever, so this has limits of its own.
 *
 * @throws DomainError `clone-failed` when the server sends too much, or for too long
 */
export async function listRefs(
  remote: Remote,
  patterns: string[],
  options: CloneOptions,
  environment: Record<string, string> = {},
): Promise<GitResult> {
  const { url } = remote
  const minutes = options.timeoutMinutes / 10
  const memoryMib = Math.ceil(options.memoryMib / 4)
  const args = ['ls-remote', '--symref', '--', url, ...patterns]
  const reason = cloneFailed(refusals.listingTookTooLong({ url, minutes }))
  const listing = await limitTime({ minutes, reason, signal: remote.git.signal }, async (signal) => {
    const limited = { ...remote, git: { ...remote.git, memoryMib, signal } }
    return await retryTransient({ ...options, signal }, async () =>
      gitToServer(limited, options)(args, { environment }),
    )
  })
  if (!listing.ok && OUT_OF_MEMORY.test(listing.stderr))
    throw cloneFailed(refusals.listingTooLarge({ url, mib: memoryMib }))
  return listing
}
