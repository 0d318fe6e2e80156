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

/** The longest listing, in bytes. A small pack can hold a tree of any size. */
const MAX_LISTING = 32 * 1024 * 1024

/**
 * Resolves a name to the full id of its commit.
 *
 * @throws GitError with git's own words; the signal's reason when aborted
 */
export const resolveCommit = async (name: string, options: GitOptions): Promise<string> =>
  await read(options, async (git) => await git.revparse(['--verify', `${name}^{commit}`]))

/**
 * Lists every entry of a commit's tree, folders included; undefined when there are more than `most`.
 *
 * @throws GitError with git's own words; the signal's reason when aborted
 */
export async function listTree(commit: string, most: number, options: GitOptions): Promise<TreeEntry[] | undefined> {
  const tooMuch = new AbortController()
  try {
    const signal = AbortSignal.any([options.signal, tooMuch.signal])
    const listing = await read({ ...options, signal }, async (git) => {
      git.outputHandler((_command, stdout) => limit(stdout, most, () => tooMuch.abort()))
      return await git.raw(['ls-tree', '-r', '-t', '-l', '-z', '--full-tree', commit])
    })
    return listing.split('\0').flatMap((line) => readEntry(line) ?? [])
  } catch (error) {
    if (tooMuch.signal.aborted && !options.signal.aborted) return undefined
    throw error
  }
}

function limit(stdout: NodeJS.ReadableStream, most: number, onTooMuch: () => void): void {
  let bytes = 0
  let entries = 0
  stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    for (let at = chunk.indexOf(0); at >= 0; at = chunk.indexOf(0, at + 1)) entries++
    if (bytes > MAX_LISTING || entries > most) onTooMuch()
  })
}

function readEntry(line: string): TreeEntry | undefined {
  const [, mode = '', type = '', id = '', size = '', path = ''] =
    /^(\d+) (\w+) ([0-9a-f]+) +(\d+|-)\t(.*)$/s.exec(line) ?? []
  return path ? { path, mode, type, id, size: Number(size) || 0 } : undefined
}

/**
 * Runs simple-git with the same environment as every other git here. simple-git rejects settings that could run a program; each
 * switch below allows one that we only use to turn that program off.
 */
async function read<Result>(options: GitOptions, ask: (git: SimpleGit) => Promise<Result>): Promise<Result> {
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
