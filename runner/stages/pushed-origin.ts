import { fileURLToPath } from 'node:url'
import { readPastedAddress } from '../../shared/pasted-address.ts'
import { webUrlOf } from '../../shared/repository-address.ts'
import type { Remote } from './connect.ts'
import { gitOn, type RunGit } from './run-git.ts'

type Options = Parameters<typeof gitOn>[1]

/**
 * Where a repository on this machine was cloned from and this commit was pushed to, as an https URL without credentials; undefined if
 * its `origin` is nowhere on the web, or has no branch with the commit, as far as the repository knows. Contacts nobody.
 */
export async function pushedOrigin(remote: Remote, commit: string, options: Options): Promise<string | undefined> {
  if (remote.address) return undefined
  const run: RunGit = gitOn({ git: { ...remote.git, cwd: fileURLToPath(remote.url) } }, options)
  const { ok, stdout } = await run(['config', '--get', 'remote.origin.url'])
  const address = ok ? readPastedAddress(stdout)?.repository : undefined
  if (!address) return undefined
  const branches = await run(['for-each-ref', '--count=1', `--contains=${commit}`, 'refs/remotes/origin'])
  return branches.ok && branches.stdout.trim() !== '' ? webUrlOf(address) : undefined
}
