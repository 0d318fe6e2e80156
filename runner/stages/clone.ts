import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DomainError } from '../../shared/errors.ts'
import type { GenerationRecord } from '../../shared/generation.ts'
import { removeTree } from '../../shared/remove-tree.ts'
import { visibleText } from '../../shared/visible-text.ts'
import { type Tree, treeFrom } from '../kept/tree.ts'
import type { GitResult } from '../process/git.ts'
import {
  type Excess,
  listTree,
  readBlob,
  resolveCommit,
  TREE_LIMITS,
  type TreeEntry,
  treeOf,
} from '../process/read-commit.ts'
import type { SiteImage } from '../site/images/take-images.ts'
import { readLogo } from '../steering/read-logo.ts'
import type { ReadSettings } from '../steering/read-settings.ts'
import { limitTree } from '../steering/scope.ts'
import { readSteering } from '../steering/steering.ts'
import { cloneFailed, refusals } from './clone-failures.ts'
import type { CloneOptions } from './clone-options.ts'
import type { Remote } from './connect.ts'
import { explainGit } from './explain-git.ts'
import { fetchFormer } from './fetch-former.ts'
import { findRef, refPatterns } from './find-ref.ts'
import { limitGrowth } from './limit-growth.ts'
import { limitTime } from './limit-time.ts'
import { pushedOrigin } from './pushed-origin.ts'
import { listRefs, reach } from './reach.ts'
import { retryTransient } from './retry-transient.ts'
import { gitOn, gitToServer, type RunGit, requireOk } from './run-git.ts'

export interface Clone {
  /** The working tree. */
  path: string
  /** The commit checked out, in full. */
  commit: string
  /** The branch or tag that points to it. */
  ref: string
  /** What the commit holds, as far as its settings let it be documented. */
  tree: Tree
  /** What the repository says about its site. */
  steering: ReadSettings
  /** The logo that it names there. */
  logo?: SiteImage
  /** Where a repository on this machine was pushed to, with this commit, if it was. */
  origin?: string
}

type Source = Pick<GenerationRecord, 'repoUrl' | 'askedRef' | 'commit' | 'ref'>

/** Awaits something read from the commit, and explains a failure. */
type Read = <Found>(reading: Promise<Found>) => Promise<Found>

/**
 * Clones one commit of the repository, without history: the commit this generation started with, if it is still available, else
 * the tip of the requested branch or tag.
 *
 * @throws DomainError `clone-failed` with a message that says what to do
 */
export async function cloneRepository(source: Source, options: CloneOptions): Promise<Clone> {
  const { timeoutMinutes: minutes, signal } = options
  const reason = cloneFailed(refusals.tookTooLong({ url: source.repoUrl, minutes }))
  return await limitTime({ minutes, reason, signal }, async (signal) => await clone(source, { ...options, signal }))
}

async function clone(source: Source, options: CloneOptions): Promise<Clone> {
  await Promise.all([mkdir(options.path, { recursive: true }), mkdir(options.home, { recursive: true })])
  const { remote, listing } = await reach(source.repoUrl, refPatterns(source.askedRef), options)
  const { stdout } = await requireOk(remote, listing)
  const found = await findRef(source.askedRef, stdout, async (pattern) => {
    return (await requireOk(remote, listRefs(remote, [pattern], options))).stdout
  })
  const run = gitOn(remote, options)
  const objectFormat = found.commit.length === SHA256_DIGITS ? 'sha256' : 'sha1'
  await requireOk(remote, run(['init', '--quiet', '--template=', `--object-format=${objectFormat}`]))
  const fetch = async (what: string) => await fetchWithin(options, gitToServer(remote, options), remote, what)
  const fetchedEarlier =
    source.commit !== undefined && source.commit !== found.commit && (await fetch(source.commit)).ok
  if (!fetchedEarlier) await requireOk(remote, fetch(found.refName))
  const read: Read = async (reading) => {
    const found = await orExplain(remote, options, reading)
    options.onStep()
    return found
  }
  const commit = await read(resolveCommit('FETCH_HEAD', remote.git))
  const entries = checkedSize(await read(listTree(commit, remote.git)), options.maxMib)
  const asked = await readSteering(entries, async (id) => await read(readBlob(id, remote.git)))
  const tree = limitTree(treeFrom(await read(treeOf(commit, remote.git)), entries), asked.settings)
  await requireOk(remote, run(['checkout', '--quiet', '--detach', commit]))
  const origin = await pushedOrigin(remote, commit, options)
  const cloned = {
    ...{ path: options.path, commit, ref: found.ref, tree },
    ...(await readLogo(options.path, entries, asked)),
    ...(origin ? { origin } : {}),
  }
  const former = await options.formerCommit?.(cloned)
  if (former !== undefined && former !== commit) await fetchFormer(former, remote, options)
  return cloned
}

const SHA256_DIGITS = 64

/** Stops the fetch when it outgrows the limit on all files, since its content is only known once it is complete. */
async function fetchWithin(options: CloneOptions, run: RunGit, { url }: Remote, what: string): Promise<GitResult> {
  const { path, maxMib } = options
  const limit = { maxBytes: maxMib * 1024 * 1024, reason: cloneFailed(refusals.transferTooLarge(maxMib)) }
  const args = ['fetch', '--quiet', '--depth=1', '--no-tags', '--no-recurse-submodules', '--', url, what]
  return await retryTransient(options, async () => {
    await removeTree(join(path, '.git/objects/pack')).catch((error) =>
      options.log.warn('what an interrupted fetch has left could not be removed', { error }),
    )
    return await limitGrowth(join(path, '.git/objects'), limit, async (signal) => await run(args, { signal }))
  })
}

/** A small pack can hold any number of files, so the tree is checked before it is checked out. */
function checkedSize(entries: readonly TreeEntry[] | Excess, maxMib: number): readonly TreeEntry[] {
  if (typeof entries === 'string') throw cloneFailed(refusals.treeExceeds[entries](TREE_LIMITS[entries]))
  const bytes = entries.reduce((sum, { size }) => sum + size, 0)
  if (bytes <= maxMib * 1024 * 1024) return entries
  throw cloneFailed(refusals.filesTooLarge({ mib: Math.ceil(bytes / 1024 / 1024), maxMib }))
}

async function orExplain<Found>(
  { url }: Remote,
  { mask, signal }: CloneOptions,
  reading: Promise<Found>,
): Promise<Found> {
  try {
    return await reading
  } catch (error) {
    signal.throwIfAborted()
    const message = mask(visibleText(error instanceof Error ? error.message : String(error)))
    throw new DomainError('clone-failed', { message: explainGit(message, url) }, { cause: error })
  }
}
