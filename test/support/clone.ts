import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clone, cloneRepository } from '../../runner/stages/clone.ts'
import type { CloneOptions } from '../../runner/stages/clone-options.ts'
import { type GitAccess, withGitAccess } from '../../runner/stages/git-access.ts'
import { GitAccessEnv, readEnv } from '../../shared/env.ts'

type Options = Partial<CloneOptions & { askedRef: string | null }>

/** What owners without the right to credentials get. */
export const NO_ACCESS: GitAccess = { permitted: false, tokens: [], ssh: undefined }

/** Clones a repository's default branch into a folder, and nothing from private hosts. */
export const clone = async (
  folder: string,
  repoUrl: string,
  { askedRef = null, ...options }: Options = {},
): Promise<Clone> =>
  await cloneRepository(
    { repoUrl, askedRef },
    {
      ...{
        path: join(folder, 'clone'),
        home: join(folder, 'home'),
        allowedPrivateHosts: [],
        maxMib: 1,
        memoryMib: 1024,
        timeoutMinutes: 10,
      },
      ...{ searchPath: process.env.PATH ?? '', mask: (text) => text, log: { warn() {} }, access: NO_ACCESS },
      ...{ signal: new AbortController().signal, onStep() {}, ...options },
    },
  )

/** The same with these settings for private repositories, for an owner who may use them unless told otherwise. */
export async function cloneWith(
  settings: Record<string, string>,
  folder: string,
  repoUrl: string,
  { mayUseCredentials = true, ...options }: Options & { mayUseCredentials?: boolean } = {},
): Promise<Clone> {
  await mkdir(folder, { recursive: true })
  const work = async (access: GitAccess) => await clone(folder, repoUrl, { ...options, access })
  return await withGitAccess(readEnv(GitAccessEnv, settings), { mayUseCredentials, repoUrl }, folder, work)
}
