import type { Mask } from '../../shared/mask.ts'
import { visibleText } from '../../shared/visible-text.ts'
import { type GitResult, git } from '../process/git.ts'
import { cloneFailed } from './clone-failures.ts'
import type { Remote } from './connect.ts'
import { explainAccess } from './explain-access.ts'
import { explainGit } from './explain-git.ts'

/** Runs git on a remote or its clone, within the remote's limits. What git prints comes back masked and printable. */
export type RunGit = (
  args: string[],
  more?: { signal?: AbortSignal; environment?: Record<string, string> },
) => Promise<GitResult>

export const gitOn =
  ({ git: place }: Pick<Remote, 'git'>, { mask, onStep }: { mask: Mask; onStep(): void }): RunGit =>
  async (args, { signal = place.signal, environment = {} } = {}) => {
    const options = { ...place, environment: { ...place.environment, ...environment } }
    const result = await git(args, { ...options, signal: AbortSignal.any([place.signal, signal]) })
    onStep()
    return { ...result, stderr: mask(visibleText(result.stderr)) }
  }

/** The same for commands that contact the remote's server: only these have credentials. */
export const gitToServer = ({ git, handover }: Remote, options: { mask: Mask; onStep(): void }): RunGit => {
  const { config, environment } = handover
  const place = { ...git, config: { ...git.config, ...config }, environment: { ...git.environment, ...environment } }
  return gitOn({ git: place }, options)
}

/** @throws DomainError `clone-failed` that explains git's failure */
export async function requireOk(remote: Remote, running: GitResult | Promise<GitResult>): Promise<GitResult> {
  const result = await running
  if (result.ok) return result
  throw cloneFailed(explainAccess(result.stderr, remote) ?? explainGit(result.stderr, remote.url))
}
