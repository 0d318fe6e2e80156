import { realpath, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isDomainError } from '../../shared/errors.ts'
import { LONGEST_STEP_MINUTES } from '../../shared/generation.ts'
import { parseRepositoryUrl, type RepositoryAddress, resolveGuarded } from '../../shared/repository-address.ts'
import type { GitOptions } from '../process/git.ts'
import { cloneFailed, refusals } from './clone-failures.ts'
import type { CloneOptions } from './clone-options.ts'

/** A repository that git may contact. */
export interface Remote {
  /** What git is told to contact. */
  url: string
  /** Undefined for a repository on this machine. */
  address: RepositoryAddress | undefined
  git: GitOptions
}

/**
 * Checks the address again and pins the IP addresses git connects to, because DNS may have changed since the request.
 *
 * @throws DomainError `clone-failed`
 */
export async function connect(repoUrl: string, options: CloneOptions): Promise<Remote> {
  const { path: cwd, home, searchPath: path, signal } = options
  const base = { cwd, home, path, signal, timeoutMs: LONGEST_STEP_MINUTES * 60_000 }
  // Only an admin's `repo_path` becomes a `file:` address.
  if (repoUrl.startsWith('file:')) {
    const globalConfig = join(home, 'gitconfig')
    await writeFile(globalConfig, await trusting(fileURLToPath(repoUrl)))
    return { url: repoUrl, address: undefined, git: { ...base, protocols: 'file', globalConfig } }
  }
  const address = parseRepositoryUrl(repoUrl)
  if (!address) throw cloneFailed(refusals.notClonable(repoUrl))
  // ssh would use any key of the runner's user, and its connection cannot be pinned to the checked address.
  if (address.protocol === 'ssh') throw cloneFailed(refusals.needsSshKey(address))
  const addresses = await guarded(address, options.allowedPrivateHosts)
  const pinned = addresses.map((ip) => (ip.includes(':') ? `[${ip}]` : ip)).join(',')
  const config = { 'http.curloptResolve': `${address.host}:${address.port}:${pinned}` }
  return { url: address.url, address, git: { ...base, protocols: address.protocol, config } }
}

async function guarded(address: RepositoryAddress, allowed: readonly string[]): Promise<string[]> {
  try {
    const addresses = await resolveGuarded(address, allowed)
    if (addresses.length > 0) return addresses
  } catch (error) {
    if (isDomainError(error, 'private-address')) throw cloneFailed(refusals.privateAddress(address))
    throw error
  }
  throw cloneFailed(refusals.hostNotFound(address))
}

/**
 * The global git configuration that lets git read a repository of another user. Options on the command line don't reach the
 * process that serves the repository. Versions of git differ in which of these paths they compare.
 */
async function trusting(folder: string): Promise<string> {
  const real = await realpath(folder).catch(() => folder)
  const paths = new Set([folder, real].flatMap((path) => [path.replace(/\/$/, ''), join(path, '.git')]))
  return `[safe]\n${[...paths].map((path) => `\tdirectory = ${quoted(path)}\n`).join('')}`
}

const quoted = (value: string): string =>
  `"${value.replaceAll(/["\\]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t')}"`
