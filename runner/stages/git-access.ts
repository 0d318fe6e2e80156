import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunnerEnv } from '../../shared/env.ts'
import type { GenerationRecord } from '../../shared/generation.ts'
import type { GitToken } from '../../shared/git-tokens.ts'
import { hasPassphrase } from '../../shared/ssh-access.ts'
import type { SshIdentity } from '../process/git-credentials.ts'
import { cloneFailed, refusals } from './clone-failures.ts'

/** What a clone may show to git servers. */
export interface GitAccess {
  /** Whether the owner may use credentials at all. If not, no message may tell a private repository from a missing one. */
  permitted: boolean
  tokens: readonly GitToken[]
  /** Undefined if there is no key. */
  ssh: (SshIdentity & { knownHosts: string }) | undefined
}

type GitAccessEnv = Pick<
  RunnerEnv,
  'GIT_TOKENS' | 'GIT_TOKEN' | 'GIT_SSH_KEY' | 'GIT_SSH_KNOWN_HOSTS' | 'GIT_SSH_AGENT'
>

/**
 * Does work with the credentials for private repositories, if the generation's owner may use them. The files that ssh needs exist,
 * in a folder closed to others, only as long as the work takes.
 *
 * @throws DomainError `clone-failed` if the key cannot be used
 */
export async function withGitAccess<Result>(
  env: GitAccessEnv,
  { mayUseCredentials = false, repoUrl }: Pick<GenerationRecord, 'mayUseCredentials' | 'repoUrl'>,
  parent: string,
  work: (access: GitAccess) => Promise<Result>,
): Promise<Result> {
  if (!mayUseCredentials) return await work({ permitted: false, tokens: [], ssh: undefined })
  const access = { permitted: true, tokens: [...env.GIT_TOKENS, ...env.GIT_TOKEN] }
  const needsSsh = repoUrl.startsWith('git@') && (env.GIT_SSH_KEY || env.GIT_SSH_AGENT)
  if (!needsSsh) return await work({ ...access, ssh: undefined })
  const folder = await mkdtemp(join(parent, 'ssh-'))
  try {
    return await work({ ...access, ssh: await storeIdentity(env, folder) })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function storeIdentity(env: GitAccessEnv, folder: string): Promise<NonNullable<GitAccess['ssh']>> {
  const { GIT_SSH_KEY: key, GIT_SSH_AGENT: agent, GIT_SSH_KNOWN_HOSTS: knownHosts } = env
  const knownHostsFile = join(folder, 'known_hosts')
  await writeFile(knownHostsFile, knownHosts)
  if (!key) return { key: { agent: agent ?? '' }, knownHostsFile, knownHosts }
  if (hasPassphrase(key)) throw cloneFailed(refusals.keyWithPassphrase())
  const file = join(folder, 'key')
  await writeFile(file, key, { mode: 0o600 })
  return { key: { file }, knownHostsFile, knownHosts }
}
