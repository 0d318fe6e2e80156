import type { Log } from '../../shared/log.ts'
import type { Mask } from '../../shared/mask.ts'
import type { Tree } from '../kept/tree.ts'
import type { ReadSettings } from '../steering/read-settings.ts'
import type { GitAccess } from './git-access.ts'

export interface CloneOptions {
  /** Empty or missing folders: for the working tree, and for git's HOME. */
  path: string
  home: string
  allowedPrivateHosts: readonly string[]
  access: GitAccess
  /** Certificate authorities to trust instead of the system's. */
  caFile?: string | undefined
  /** Of all files, in MiB. */
  maxMib: number
  /** Of each git process, in MiB. Listing refs gets a quarter of it. */
  memoryMib: number
  /** For everything. Listing refs gets a tenth of it. */
  timeoutMinutes: number
  /** PATH to find git in. */
  searchPath: string
  /** Applied to everything git prints. */
  mask: Mask
  log: Pick<Log, 'warn'>
  signal: AbortSignal
  /** A former commit whose files will be compared with the clone's, if any. */
  formerCommit?: (cloned: { ref: string; tree: Tree; steering: ReadSettings }) => Promise<string | undefined>
  /** Called after every step. No step takes longer than LONGEST_STEP_MINUTES. */
  onStep(): void
}
