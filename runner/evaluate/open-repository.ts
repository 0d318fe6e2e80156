import { mkdir, mkdtemp, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { inheritedEnv } from '../../shared/env.ts'
import { removeTree } from '../../shared/remove-tree.ts'
import { type GitOptions, git } from '../process/git.ts'

/** The files of a repository at the commit that a site documents. */
export interface OpenedRepository extends AsyncDisposable {
  folder: string
  /** What the reader should know about them. */
  note?: string
}

const MINUTES = 10
const MEMORY_MIB = 4096

/**
 * Opens a repository at a commit, in a folder of its own: its working tree may be at another, and may have changes. A folder that is no
 * git repository is taken as it is.
 *
 * @throws Error if it cannot be read, or doesn't have the commit
 */
export async function openRepository(repository: string, commit: string | undefined): Promise<OpenedRepository> {
  const path = resolve(repository)
  const found = await stat(path).catch(() => undefined)
  if (!found?.isDirectory()) throw new Error(`The repository ${repository} is no folder.`)
  const scratch = await mkdtemp(join(tmpdir(), 'docsfy-evaluate-'))
  const options = gitOptions(path, join(scratch, 'home'))
  const opened = { folder: path, [Symbol.asyncDispose]: async () => await removeTree(scratch) }
  try {
    await mkdir(join(scratch, 'home'))
    const { ok } = await git(['rev-parse', '--git-dir'], options)
    if (!ok || !commit) return { ...opened, note: `compared with the files in ${path} as they are` }
    const folder = join(scratch, 'clone')
    const has = await git(['rev-parse', '--verify', '--quiet', `${commit}^{commit}`], options)
    if (!has.ok) throw new Error(`${path} doesn't have the commit ${commit}, which the site documents. Fetch it first.`)
    await run(['clone', '--quiet', '--shared', '--no-checkout', path, folder], options)
    await run(['checkout', '--quiet', '--detach', commit], { ...options, cwd: folder })
    return { ...opened, folder }
  } catch (error) {
    await removeTree(scratch)
    throw error
  }
}

const gitOptions = (cwd: string, home: string): GitOptions => ({
  ...{ cwd, home, path: inheritedEnv().PATH ?? '', protocols: 'file' },
  ...{ timeoutMs: MINUTES * 60_000, memoryMib: MEMORY_MIB, signal: new AbortController().signal },
})

async function run(args: string[], options: GitOptions): Promise<void> {
  const { ok, stderr } = await git(args, options)
  if (!ok) throw new Error(`git ${args[0]} failed: ${stderr}`)
}
