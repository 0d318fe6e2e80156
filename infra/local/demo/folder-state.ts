import { execa } from 'execa'

export interface FolderState {
  /** Checked out; null if there is none yet, undefined if git can't tell. */
  commit: string | null | undefined
  /** Whether the folder has anything that is not in that commit. */
  changed: boolean
}

/** A large folder on a slow disk must not hold up the demo. */
const LONGEST_MS = 15_000

/** The state of a repository's or worktree's folder. It runs nothing that the repository configures, and changes nothing. */
export async function readFolderState(folder: string): Promise<FolderState> {
  const settings = ['core.fsmonitor=false', 'safe.directory=*', 'status.showUntrackedFiles=normal']
  const args = [...settings.flatMap((setting) => ['-c', setting]), 'status', '--porcelain=v2', '--branch', '-z']
  const { stdout, failed } = await execa('git', [...args, '--ignore-submodules=all'], {
    cwd: folder,
    env: { GIT_OPTIONAL_LOCKS: '0' },
    timeout: LONGEST_MS,
    reject: false,
  })
  if (failed) return { commit: undefined, changed: false }
  const lines = stdout.split('\0').filter(Boolean)
  const [, commit] = /^# branch\.oid (\S+)/.exec(lines.find((line) => line.startsWith('# branch.oid')) ?? '') ?? []
  const changed = lines.some((line) => !line.startsWith('# '))
  return { commit: commit === '(initial)' ? null : commit, changed }
}
