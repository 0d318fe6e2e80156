import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DomainError, isDomainError } from '../../shared/errors.ts'
import { type GenerationRecord, LONGEST_STEP_MINUTES } from '../../shared/generation.ts'
import type { Mask } from '../../shared/mask.ts'
import { parseRepositoryUrl, type RepositoryAddress, resolveGuarded } from '../../shared/repository-address.ts'
import { DEFAULT_BRANCH_KEY } from '../../shared/variant.ts'
import { type GitOptions, type GitResult, git } from '../process/git.ts'
import { listTree, resolveCommit, type TreeEntry } from '../process/read-commit.ts'
import { cloneFailed, refusals } from './clone-failures.ts'
import { explainGit } from './explain-git.ts'
import { limitGrowth } from './limit-growth.ts'

export interface Clone {
  /** The working tree. */
  path: string
  /** The commit checked out, in full. */
  commit: string
  /** The branch or tag that points to it. */
  ref: string
}

export interface CloneOptions {
  /** Empty or missing folders: for the working tree, and for git's HOME. */
  path: string
  home: string
  allowedPrivateHosts: readonly string[]
  maxMib: number
  /** PATH to find git in. */
  searchPath: string
  /** Applied to everything git prints. */
  mask: Mask
  signal: AbortSignal
  /** Called after every step. No step takes longer than LONGEST_STEP_MINUTES. */
  onStep(): void
}

/** The most files and folders that a commit may have. */
const MAX_ENTRIES = 200_000

type Run = (args: string[], signal?: AbortSignal) => Promise<GitResult>

/** Awaits something read from the commit, and explains a failure. */
type Read = <Found>(reading: Promise<Found>) => Promise<Found>

type Source = Pick<GenerationRecord, 'repoUrl' | 'askedRef' | 'commit' | 'ref'>

/**
 * Clones one commit of the repository, without history: the commit this generation started with, if it is still available, else
 * the tip of the requested branch or tag.
 *
 * @throws DomainError `clone-failed` with a message that says what to do
 */
export async function cloneRepository(source: Source, options: CloneOptions): Promise<Clone> {
  const place = await connect(source.repoUrl, options)
  await Promise.all([mkdir(options.path, { recursive: true }), mkdir(options.home, { recursive: true })])
  const run: Run = async (args, signal = place.signal) => {
    const result = await git(args, { ...place, signal: AbortSignal.any([place.signal, signal]) })
    options.onStep()
    return { ...result, stderr: options.mask(result.stderr) }
  }
  const found = await findRef(source, run)
  await requireOk(source.repoUrl, run(['init', '--quiet', '--template=']))
  const fetch = async (what: string) => await fetchWithin(options, run, source.repoUrl, what)
  const fetchedEarlier =
    source.commit !== undefined && source.commit !== found.commit && (await fetch(source.commit)).ok
  if (!fetchedEarlier) await requireOk(source.repoUrl, fetch(found.refName))
  const read: Read = async (reading) => {
    const found = await orExplain(source.repoUrl, options, reading)
    options.onStep()
    return found
  }
  const commit = await read(resolveCommit('FETCH_HEAD', place))
  checkSize(await read(listTree(commit, MAX_ENTRIES, place)), options.maxMib)
  await requireOk(source.repoUrl, run(['checkout', '--quiet', '--detach', commit]))
  return { path: options.path, commit, ref: found.ref }
}

/** Checks the address again and pins the IP addresses git connects to, because DNS may have changed since the request. */
async function connect(repoUrl: string, options: CloneOptions): Promise<GitOptions> {
  const { path: cwd, home, searchPath: path, signal } = options
  const base = { cwd, home, path, signal, timeoutMs: LONGEST_STEP_MINUTES * 60_000 }
  // Only an admin's `repo_path` becomes a `file:` address.
  if (repoUrl.startsWith('file:')) return { ...base, protocols: 'file' }
  const address = parseRepositoryUrl(repoUrl)
  if (!address) throw cloneFailed(refusals.notClonable(repoUrl))
  // ssh would use any key of the runner's user, and its connection cannot be pinned to the checked address.
  if (address.protocol === 'ssh') throw cloneFailed(refusals.needsSshKey(address))
  const addresses = await guarded(address, options.allowedPrivateHosts)
  const pinned = addresses.map((ip) => (ip.includes(':') ? `[${ip}]` : ip)).join(',')
  const config = { 'http.curloptResolve': `${address.host}:${address.port}:${pinned}` }
  return { ...base, protocols: address.protocol, config }
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

interface FoundRef {
  refName: string
  ref: string
  commit: string
}

/** The requested ref. The repository's default branch if none was requested, or if `main` was and doesn't exist. */
async function findRef({ repoUrl, askedRef }: Source, run: Run): Promise<FoundRef> {
  const wanted = askedRef === null ? [] : [`refs/heads/${askedRef}`, `refs/tags/${askedRef}`]
  const { stdout } = await requireOk(repoUrl, run(['ls-remote', '--symref', '--', repoUrl, 'HEAD', ...wanted]))
  const lines = stdout.split('\n').map((line) => line.split('\t') as [string, string?])
  const named = wanted.map((name) => lines.find((line) => line[1] === name)).find(Boolean)
  if (named?.[1]) return { refName: named[1], ref: askedRef ?? named[1], commit: named[0] }
  if (askedRef !== null && askedRef !== DEFAULT_BRANCH_KEY) {
    throw cloneFailed(refusals.noSuchRef(askedRef))
  }
  const head = lines.find(([left, right]) => right === 'HEAD' && !left.startsWith('ref: '))
  if (!head) throw cloneFailed(refusals.noCommit())
  const symref = lines.find(([left, right]) => right === 'HEAD' && left.startsWith('ref: '))?.[0].slice('ref: '.length)
  return { refName: 'HEAD', ref: symref?.replace(/^refs\/heads\//, '') ?? 'HEAD', commit: head[0] }
}

/** Stops the fetch when it outgrows the limit on all files, since its content is only known once it is complete. */
async function fetchWithin(
  { path, maxMib }: CloneOptions,
  run: Run,
  repoUrl: string,
  what: string,
): Promise<GitResult> {
  const limit = { maxBytes: maxMib * 1024 * 1024, reason: cloneFailed(refusals.transferTooLarge(maxMib)) }
  const args = ['fetch', '--quiet', '--depth=1', '--no-tags', '--no-recurse-submodules', '--', repoUrl, what]
  return await limitGrowth(join(path, '.git/objects'), limit, async (signal) => await run(args, signal))
}

/** A small pack can hold any number of files, so the tree is checked before it is checked out. */
function checkSize(entries: readonly TreeEntry[] | undefined, maxMib: number): void {
  if (!entries) throw cloneFailed(refusals.tooManyFiles(MAX_ENTRIES))
  const bytes = entries.reduce((sum, { size }) => sum + size, 0)
  if (bytes <= maxMib * 1024 * 1024) return
  throw cloneFailed(refusals.filesTooLarge({ mib: Math.ceil(bytes / 1024 / 1024), maxMib }))
}

async function orExplain<Found>(
  repoUrl: string,
  { mask, signal }: CloneOptions,
  reading: Promise<Found>,
): Promise<Found> {
  try {
    return await reading
  } catch (error) {
    signal.throwIfAborted()
    const message = mask(error instanceof Error ? error.message : String(error))
    throw new DomainError('clone-failed', { message: explainGit(message, repoUrl) }, { cause: error })
  }
}

async function requireOk(repoUrl: string, running: GitResult | Promise<GitResult>): Promise<GitResult> {
  const result = await running
  if (!result.ok) throw cloneFailed(explainGit(result.stderr, repoUrl))
  return result
}
