import { GitPluginError, type SimpleGit, simpleGit } from 'simple-git'
import type { GitOptions } from './git.ts'
import { gitEnvironment, gitSettings } from './git-environment.ts'

/** A file, folder, link or submodule of a commit. */
export interface TreeEntry {
  path: string
  mode: string
  type: string
  id: string
  /** Bytes; 0 for anything but a file. */
  size: number
}

/** What a commit may hold. A small pack can hold a tree of any size. */
export const TREE_LIMITS = {
  /** Files and folders. */
  entries: 200_000,
  /** Bytes of a path. No file system that git runs on takes more. */
  path: 4_095,
  /** Bytes of all paths. */
  listing: 32 * 1024 * 1024,
}

/** The limit that a tree exceeds. */
export type Excess = keyof typeof TREE_LIMITS

/**
 * Resolves a name to the full id of its commit.
 *
 * @throws GitError with git's own words; the signal's reason when aborted
 */
export const resolveCommit = async (name: string, options: GitOptions): Promise<string> =>
  await read(options, async (git) => await git.revparse(['--verify', `${name}^{commit}`]))

/**
 * The id of a commit's tree.
 *
 * @throws GitError with git's own words; the signal's reason when aborted
 */
export const treeOf = async (commit: string, options: GitOptions): Promise<string> =>
  await read(options, async (git) => await git.revparse(['--verify', `${commit}^{tree}`]))

/**
 * The content of a file, by git's id. The caller knows its size, and that it is small.
 *
 * @throws GitError with git's own words; the signal's reason when aborted
 */
export const readBlob = async (id: string, options: GitOptions): Promise<string> =>
  await read(options, async (git) => await git.raw(['cat-file', 'blob', id]))

/**
 * Lists every entry of a commit's tree, folders included, or names the limit that it exceeds.
 *
 * @throws GitError with git's own words; the signal's reason when aborted
 */
export async function listTree(commit: string, options: GitOptions): Promise<TreeEntry[] | Excess> {
  const tooMuch = new AbortController()
  let excess: Excess | undefined
  const stop = (exceeded: Excess) => {
    excess ??= exceeded
    tooMuch.abort()
  }
  try {
    const signal = AbortSignal.any([options.signal, tooMuch.signal])
    const listing = await read({ ...options, signal }, async (git) => {
      git.outputHandler((_command, stdout) => limit(stdout, stop))
      return await git.raw(['ls-tree', '-r', '-t', '-l', '-z', '--full-tree', commit])
    })
    return listing.split('\0').flatMap((line) => readEntry(line) ?? [])
  } catch (error) {
    if (excess && !options.signal.aborted) return excess
    throw error
  }
}

function limit(stdout: NodeJS.ReadableStream, stop: (exceeded: Excess) => void): void {
  let bytes = 0
  let entries = 0
  // Where the entry that is arriving begins.
  let begin = 0
  const check = (end: number) => {
    if (end - begin > TREE_LIMITS.path + LONGEST_FACTS) stop('path')
    begin = end + 1
  }
  stdout.on('data', (chunk: Buffer) => {
    for (let at = chunk.indexOf(0); at >= 0; at = chunk.indexOf(0, at + 1)) {
      check(bytes + at)
      entries++
    }
    bytes += chunk.length
    if (entries > TREE_LIMITS.entries) stop('entries')
    if (bytes > TREE_LIMITS.listing) stop('listing')
  })
}

/** Mode, type, id and size, in front of a path. */
const LONGEST_FACTS = '100644 commit '.length + 64 + ' 18446744073709551615\t'.length

function readEntry(line: string): TreeEntry | undefined {
  const [, mode = '', type = '', id = '', size = '', path = ''] =
    /^(\d+) (\w+) ([0-9a-f]+) +(\d+|-)\t(.*)$/s.exec(line) ?? []
  return path ? { path, mode, type, id, size: Number(size) || 0 } : undefined
}

/**
 * Runs simple-git with the same environment as every other git here. simple-git rejects settings that could run a program; each
 * switch below allows one that we only use to turn that program off.
 */
export async function read<Result>(options: GitOptions, ask: (git: SimpleGit) => Promise<Result>): Promise<Result> {
  const { cwd, timeoutMs, signal } = options
  const timeout = AbortSignal.timeout(timeoutMs)
  const environment = gitEnvironment(options)
  const git = simpleGit({
    baseDir: cwd,
    config: gitSettings(options),
    abort: AbortSignal.any([signal, timeout]),
    trimmed: true,
    allowEnvironment: Object.keys(environment).filter((name) => name.startsWith('GIT_')),
    unsafe: {
      allowUnsafeHooksPath: true,
      allowUnsafeFsMonitor: true,
      allowUnsafeCredentialHelper: true,
      allowUnsafeAskPass: true,
      allowUnsafeConfigPaths: true,
    },
  }).env(environment)
  try {
    return await ask(git)
  } catch (error) {
    if (signal.aborted) throw signal.reason
    if (timeout.aborted && error instanceof GitPluginError)
      error.message = `timed out after ${timeoutMs / 60_000} minutes`
    throw error
  }
}
