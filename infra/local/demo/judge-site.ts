import { mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import type { VariantView } from '../../../api/variant.ts'
import { removeTree } from '../../../shared/remove-tree.ts'
import type { LocalClient } from '../api-client.ts'
import { exportSite } from './export-site.ts'
import type { Source } from './find-source.ts'

const program = fileURLToPath(new URL('../../../runner/evaluate/main.ts', import.meta.url))

/** On a large site it takes seconds. */
const LONGEST_MS = 120_000

/**
 * Holds a site against the repository that it documents. Returns the result as one line; undefined if it cannot be had, which is no
 * failure of the site.
 */
export async function judgeSite(
  api: LocalClient,
  variant: VariantView,
  { source }: Pick<Source, 'source'>,
  stop: AbortSignal,
): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'docsfy-site-'))
  const site = join(folder, 'site')
  try {
    await exportSite(api, variant, site)
    const repository =
      'repo_path' in source ? source.repo_path : await fetchCommit(variant, join(folder, 'clone'), stop)
    const args = [program, site, '--repository', repository, '--summary']
    // What it leaves behind when it is stopped goes with this folder.
    const { stdout } = await execa(process.execPath, args, { ...limitsOf(stop), env: { TMPDIR: folder } })
    return stdout.split('\n').at(-1) || undefined
  } catch {
    return undefined
  } finally {
    await removeTree(folder)
  }
}

const limitsOf = (stop: AbortSignal) =>
  ({ timeout: LONGEST_MS, cancelSignal: stop, reject: false, stderr: 'ignore' }) as const

/** Fetches the commit that a site documents once more, with the user's own git: the runner's clone is gone. */
async function fetchCommit(
  { repo_url, last_commit_sha: commit }: VariantView,
  folder: string,
  stop: AbortSignal,
): Promise<string> {
  await mkdir(folder)
  const quiet = { GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: '', GIT_SSH_COMMAND: 'ssh -o BatchMode=yes' }
  const git = async (...args: string[]) =>
    await execa('git', args, { ...limitsOf(stop), reject: true, cwd: folder, env: quiet })
  await git('init', '--quiet')
  await git('fetch', '--quiet', '--depth=1', '--no-tags', '--no-recurse-submodules', '--', repo_url, commit ?? 'HEAD')
  await git('update-ref', 'refs/heads/documented', 'FETCH_HEAD')
  return folder
}
