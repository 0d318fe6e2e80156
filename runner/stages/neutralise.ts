import { chmod, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Log } from '../../shared/log.ts'
import type { Provider } from '../../shared/variant.ts'
import { agentFiles, instructionFiles } from '../files/agent-files.ts'
import { isCredentialFile } from '../files/credential-files.ts'
import { type FileRule, findRule } from '../files/file-rules.ts'

/** What a clone no longer has, as paths in it. A folder stands for everything in it. */
export interface Removed {
  /** What AI tools take orders from. */
  agents: string[]
  /** What is there to hold credentials. */
  credentials: string[]
  /** What could not be looked into or removed. */
  left: string[]
}

/**
 * Takes out of a clone what no AI CLI may see: the configuration of all of them, files that hold credentials, and git's own folder,
 * which still has those files and which a git started by a CLI would obey. That is moved beside the clone, closed to other users.
 * Instructions that also document the project stay, unless this provider's CLI would obey them.
 */
export async function neutralise(clone: string, provider: Provider): Promise<Removed> {
  const git = repositoryOf(clone)
  await rename(join(clone, '.git'), git)
  await chmod(git, 0o700)
  const rules = [...agentFiles, ...instructionFiles.filter(({ obeyedBy }) => obeyedBy.includes(provider))]
  const removed: Removed = { agents: [], credentials: [], left: [] }
  await removeBelow({ bytes: Buffer.from(clone), path: '' }, rules, removed)
  return removed
}

/** Where a clone's repository is afterwards. No project's name begins with a dot, and a CLI looks for `.git` above the clone, too. */
export const repositoryOf = (clone: string): string => join(dirname(clone), '.repository')

/** The bytes of a folder's path, and its path in the clone as text. */
interface Folder {
  bytes: Buffer
  path: string
}

/** Goes by bytes: a name need not be text, and a folder that has such a name may hide any file. */
async function removeBelow(folder: Folder, rules: readonly FileRule[], removed: Removed): Promise<void> {
  const entries = await readdir(folder.bytes, { withFileTypes: true, encoding: 'buffer' }).catch(() => undefined)
  if (!entries) removed.left.push(folder.path)
  for (const entry of entries ?? []) {
    const bytes = Buffer.concat([folder.bytes, Buffer.from('/'), entry.name])
    const path = folder.path + entry.name.toString()
    const kind = kindOf(path, entry.isDirectory(), rules)
    if (kind) removed[(await isRemoved(bytes)) ? kind : 'left'].push(path)
    else if (entry.isDirectory()) await removeBelow({ bytes, path: `${path}/` }, rules, removed)
  }
}

function kindOf(path: string, isFolder: boolean, rules: readonly FileRule[]): 'agents' | 'credentials' | undefined {
  if (findRule(rules, path)) return 'agents'
  return !isFolder && isCredentialFile(path) ? 'credentials' : undefined
}

const isRemoved = async (path: Buffer): Promise<boolean> =>
  await rm(path, { recursive: true }).then(
    () => true,
    () => false,
  )

/** Names what was removed in the generation's log. */
export function logRemoved(log: Log, { agents, credentials, left }: Removed): void {
  if (agents.length > 0) log.info(`no AI CLI sees its configuration in the repository: ${named(agents)}`)
  if (credentials.length > 0)
    log.warn(
      `these files are there to hold credentials, so they were not read and are not quoted: ${named(credentials)}`,
    )
  if (left.length > 0) log.warn(`these could not be removed from the clone: ${named(left)}`)
}

/** At most so many names are logged, and so many characters of each. */
const LIMITS = { names: 20, characters: 200 }

function named(paths: readonly string[]): string {
  const names = paths.slice(0, LIMITS.names).map((path) => `'${path.slice(0, LIMITS.characters)}'`)
  const more = paths.length - names.length
  return names.join(', ') + (more > 0 ? ` and ${more} more` : '')
}
