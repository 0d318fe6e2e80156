import type { GitResult } from '../process/git.ts'
import type { CloneOptions } from './clone-options.ts'
import { connect, type Remote } from './connect.ts'
import { followRedirect, isRedirected, TRACE_HEADERS } from './follow-redirect.ts'
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

/** Lists the refs that match the patterns, as `git ls-remote --symref` prints them. */
export const listRefs = async (
  remote: Remote,
  patterns: string[],
  options: CloneOptions,
  environment: Record<string, string> = {},
): Promise<GitResult> =>
  await retryTransient(options, async () =>
    gitToServer(remote, options)(['ls-remote', '--symref', '--', remote.url, ...patterns], { environment }),
  )
