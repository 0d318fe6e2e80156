import { isDomainError } from '../../shared/errors.ts'
import { parseRepositoryUrl } from '../../shared/repository-address.ts'
import { resolveGuarded } from '../../shared/repository-guard.ts'
import { visibleLine } from '../../shared/visible-text.ts'
import type { GitResult } from '../process/git.ts'
import { cloneFailed, refusals } from './clone-failures.ts'
import type { Remote } from './connect.ts'

/** Makes git print the headers of HTTP responses, to learn where a redirect leads. */
export const TRACE_HEADERS = { GIT_TRACE_CURL: '1', GIT_TRACE_CURL_NO_DATA: '1' }

/** Whether git was redirected, which it doesn't follow: curl would connect to addresses that were not checked. */
export const isRedirected = ({ ok, stderr }: GitResult): boolean => !ok && /returned error: 30\d/.test(stderr)

/**
 * The new address of a redirected repository, if it can be followed: on the same server, or from http to https on the same host.
 * The host still has to be checked.
 *
 * @param traced - the response to the same request with TRACE_HEADERS
 * @throws DomainError `clone-failed` that names the new address, unless that is a private one
 */
export async function followRedirect(
  remote: Remote,
  traced: GitResult,
  { allowed, mayFollow }: { allowed: readonly string[]; mayFollow: boolean },
): Promise<string> {
  const target = targetOf(remote.url, traced.stderr)
  if (!target) throw cloneFailed(refusals.movedNowhere(remote.url))
  const address = parseRepositoryUrl(target.repository ?? '')
  if (mayFollow && address && isSameServer(new URL(remote.url), new URL(address.url))) return address.url
  if (await isPrivate(target.page, allowed)) throw cloneFailed(refusals.movedToPrivate(remote.url))
  const isRepository = address !== undefined
  throw cloneFailed(refusals.moved({ from: remote.url, to: address?.url ?? target.page, isRepository }))
}

interface Target {
  /** Without credentials, query and fragment. */
  page: string
  /** Undefined if the new address isn't that of a repository, but of a log-in page for instance. */
  repository: string | undefined
}

/** What git asks a repository's server for first, after the repository's own address. */
const SERVICE_PATH = '/info/refs'

function targetOf(from: string, trace: string): Target | undefined {
  const [location = ''] = [...trace.matchAll(/<= Recv header: location: *(\S{1,4096})/gi)].map(([, text]) => text)
  const url = location ? URL.parse(location, `${from.replace(/\/$/, '')}${SERVICE_PATH}`) : null
  if (!url || !['http:', 'https:'].includes(url.protocol)) return undefined
  const page = visibleLine(`${url.origin}${url.pathname}`)
  return { page, repository: page.endsWith(SERVICE_PATH) ? page.slice(0, -SERVICE_PATH.length) : undefined }
}

const isSameServer = (from: URL, to: URL): boolean =>
  to.origin === from.origin || (to.hostname === from.hostname && from.protocol === 'http:' && to.protocol === 'https:')

async function isPrivate(page: string, allowed: readonly string[]): Promise<boolean> {
  const { origin } = new URL(page)
  const address = parseRepositoryUrl(`${origin}/group/repository`)
  if (!address) return true
  try {
    await resolveGuarded(address, allowed)
    return false
  } catch (error) {
    if (isDomainError(error, 'private-address')) return true
    throw error
  }
}
