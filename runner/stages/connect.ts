import { realpath, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isDomainError } from '../../shared/errors.ts'
import { LONGEST_STEP_MINUTES } from '../../shared/generation.ts'
import { tokenFor } from '../../shared/git-tokens.ts'
import { parseRepositoryUrl, type RepositoryAddress } from '../../shared/repository-address.ts'
import { resolveGuarded } from '../../shared/repository-guard.ts'
import { sshPortOf } from '../../shared/ssh-access.ts'
import type { GitOptions } from '../process/git.ts'
import { type Handover, handOverSsh, handOverToken } from '../process/git-credentials.ts'
import { cloneFailed, refusals } from './clone-failures.ts'
import type { CloneOptions } from './clone-options.ts'
import type { GitAccess } from './git-access.ts'

/** With what a server is asked, which decides what its refusal means. */
export type Shown = 'nothing' | 'no-token' | 'http-only' | 'token' | 'ssh'

/** A repository that git may contact. */
export interface Remote {
  /** What git is told to contact. */
  url: string
  /** Undefined for a repository on this machine. */
  address: RepositoryAddress | undefined
  /** For commands on the clone. */
  git: GitOptions
  /** What only commands that contact the server get: credentials. */
  handover: Handover
  shown: Shown
}

/**
 * Checks the address again and pins the IP addresses git connects to, because DNS may have changed since the request.
 *
 * @throws DomainError `clone-failed`
 */
export async function connect(repoUrl: string, options: CloneOptions): Promise<Remote> {
  const { path: cwd, home, searchPath: path, signal } = options
  const { memoryMib } = options
  const base = { cwd, home, path, signal, memoryMib, timeoutMs: LONGEST_STEP_MINUTES * 60_000 }
  // Only an admin's `repo_path` becomes a `file:` address.
  if (repoUrl.startsWith('file:')) {
    const globalConfig = join(home, 'gitconfig')
    await writeFile(globalConfig, await trusting(fileURLToPath(repoUrl)))
    const git = { ...base, protocols: 'file', globalConfig }
    return { url: repoUrl, address: undefined, git, handover: NO_CREDENTIALS, shown: 'nothing' }
  }
  const address = parseRepositoryUrl(repoUrl)
  if (!address) throw cloneFailed(refusals.notClonable(repoUrl))
  if (address.protocol === 'ssh') return await connectBySsh(address, { ...base, protocols: 'ssh' }, options)
  const addresses = await guarded(address, options.allowedPrivateHosts)
  const pinned = addresses.map((ip) => (ip.includes(':') ? `[${ip}]` : ip)).join(',')
  const config = {
    'http.curloptResolve': `${address.host}:${address.port}:${pinned}`,
    ...(options.caFile ? { 'http.sslCAInfo': options.caFile } : {}),
  }
  const git = { ...base, protocols: address.protocol, config }
  return { url: address.url, address, git, ...showToken(address, options.access) }
}

/** A token goes over https only. */
function showToken(address: RepositoryAddress, { permitted, tokens }: GitAccess): Pick<Remote, 'handover' | 'shown'> {
  if (!permitted) return { handover: NO_CREDENTIALS, shown: 'nothing' }
  if (address.protocol === 'http') return { handover: NO_CREDENTIALS, shown: 'http-only' }
  const token = tokenFor(address, tokens)
  if (!token) return { handover: NO_CREDENTIALS, shown: 'no-token' }
  return { handover: handOverToken(new URL(address.url).origin, token), shown: 'token' }
}

async function connectBySsh(
  address: RepositoryAddress,
  git: GitOptions,
  { access: { ssh }, allowedPrivateHosts }: CloneOptions,
): Promise<Remote> {
  if (!ssh) throw cloneFailed(refusals.needsSshKey(address))
  const [ip = ''] = await guarded(address, allowedPrivateHosts)
  const server = { host: address.host, port: sshPortOf(address.host, ssh.knownHosts), ip }
  return { url: address.url, address, git, handover: handOverSsh(ssh, server), shown: 'ssh' }
}

const NO_CREDENTIALS: Handover = { environment: {} }

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
