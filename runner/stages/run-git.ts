import type { Mask } from '../../shared/mask.ts'
import { visibleText } from '../../shared/visible-text.ts'
import { type GitResult, git } from '../process/git.ts'
import { cloneFailed } from './clone-failures.ts'
import type { Remote } from './connect.ts'
import { explainGit } from './explain-git.ts'

/** Runs git on a remote or its clone, within the remote's limits. What git prints comes back masked and printable. */
export type RunGit = (
  args: string[],
  more?: { signal?: AbortSignal; environment?: Record<string, string> },
) => Promise<GitResult>

export const gitOn =
  ({ git: place }: Remote, { mask, onStep }: { mask: Mask; onStep(): void }): RunGit =>
  async (args, { signal = place.signal, environment = {} } = {}) => {
    const result = await git(args, { ...place, environment, signal: AbortSignal.any([place.signal, signal]) })
    onStep()
    return { ...result, stderr: mask(visibleText(result.stderr)) }
  }

/** @throws DomainError `clone-failed` that explains git's failure */
export async function requireOk({ url }: Remote, running: GitResult | Promise<GitResult>): Promise<GitResult> {
  const result = await running
  if (!result.ok) throw cloneFailed(explainGit(result.stderr, url))
  return result
}
