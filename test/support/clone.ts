import { join } from 'node:path'
import { type Clone, cloneRepository } from '../../runner/stages/clone.ts'
import type { CloneOptions } from '../../runner/stages/clone-options.ts'

/** Clones a repository's default branch into a folder, and nothing from private hosts. */
export const clone = async (
  folder: string,
  repoUrl: string,
  { askedRef = null, ...options }: Partial<CloneOptions & { askedRef: string | null }> = {},
): Promise<Clone> =>
  await cloneRepository(
    { repoUrl, askedRef },
    {
      ...{ path: join(folder, 'clone'), home: join(folder, 'home'), allowedPrivateHosts: [], maxMib: 1 },
      ...{ searchPath: process.env.PATH ?? '', mask: (text) => text, log: { warn() {} } },
      ...{ signal: new AbortController().signal, onStep() {}, ...options },
    },
  )
