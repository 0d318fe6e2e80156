import type { Log } from '../../shared/log.ts'
import type { Mask } from '../../shared/mask.ts'
import type { GitAccess } from './git-access.ts'

export interface CloneOptions {
  /** Empty or missing folders: for the working tree, and for git's HOME. */
  path: string
  home: string
  allowedPrivateHosts: readonly string[]
  access: GitAccess
  /** Certificate authorities to trust instead of the system's. */
  caFile?: string | undefined
  maxMib: number
  /** PATH to find git in. */
  searchPath: string
  /** Applied to everything git prints. */
  mask: Mask
  log: Pick<Log, 'warn'>
  signal: AbortSignal
  /** Called after every step. No step takes longer than LONGEST_STEP_MINUTES. */
  onStep(): void
}
