import { chmod, mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Log } from '../../../shared/log.ts'
import { removeTree } from '../../../shared/remove-tree.ts'
import { type Ids, spawnGroup } from '../../process/spawn-group.ts'

export interface CallDirectory extends AsyncDisposable {
  /** HOME and TMPDIR of one call. */
  path: string
}

/** Other users can pass through to a path they know, but cannot list the folder. */
export const PASSABLE = 0o711
/** Anyone may create files in it. */
const OPEN = 0o777

/** Creates the parent of all calls' homes. A CLI's user can pass through to its own home but cannot find any other. */
export async function makeScratch(workspace: string): Promise<string> {
  const path = join(workspace, 'scratch')
  await mkdir(path, { mode: PASSABLE })
  return path
}

/**
 * Creates a folder for one call, with these files in it. Only the CLI's user can look inside, although every user of the machine can
 * read its path in a command line. Disposing deletes the folder and its content. If that fails it is logged, and the removal of the
 * workspace tries again: it never decides what becomes of the call.
 */
export async function makeCallDirectory(
  scratch: string,
  files: Record<string, string>,
  user: CallUser,
  log: Pick<Log, 'warn'>,
): Promise<CallDirectory> {
  const place = await mkdtemp(join(scratch, 'call-'))
  const run = user.as && runAs(user.as, place, user.path)
  await (run ? makeHomeAs(run, place, files) : makeHome(place, files))
  return { path: join(place, HOME), [Symbol.asyncDispose]: () => remove(place, run, log) }
}

/** The user that the CLI runs as (undefined: our own), and the PATH to find programs in. */
export interface CallUser {
  as: Ids | undefined
  path: string
}

const HOME = 'home'

async function makeHome(place: string, files: Record<string, string>): Promise<void> {
  await mkdir(join(place, HOME))
  for (const [name, content] of Object.entries(files)) {
    const path = join(place, HOME, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, content)
  }
}

/**
 * Creates the home as the CLI's user, in a folder that is open only meanwhile. On AWS the runner may switch users, but it may not
 * change a file's owner, nor read or delete other users' files.
 */
async function makeHomeAs(run: Run, place: string, files: Record<string, string>): Promise<void> {
  // Relative paths only: an absolute one would show the open folder to anyone who reads the command line.
  const script = async (text: string, args: string[], input = '') =>
    await run('sh', ['-ceu', `umask 077; ${text}`, 'sh', ...args], input)
  await chmod(place, OPEN)
  await script('mkdir "$1"', [HOME])
  await chmod(place, PASSABLE)
  for (const [name, content] of Object.entries(files)) {
    const path = join(HOME, name)
    await script('mkdir -p "$1"; cat > "$2"', [dirname(path), path], content)
  }
}

async function remove(place: string, run: Run | undefined, log: Pick<Log, 'warn'>): Promise<void> {
  try {
    if (run) {
      await chmod(place, OPEN)
      // Anything that this cannot remove is removed below, as our own user.
      await run('rm', ['-rf', '--', HOME]).catch(() => undefined)
    }
    await removeTree(place)
  } catch (error) {
    log.warn("a call's folder could not be removed", { error })
  }
}

type Run = (file: string, args: string[], input?: string) => Promise<void>

/** Runs programs as another user, with nothing from our environment. */
const runAs =
  (as: Ids, cwd: string, path: string): Run =>
  async (file, args, input = '') => {
    // Not aborted: it takes only a moment, and the cleanup needs it.
    const { signal } = new AbortController()
    const ended = await spawnGroup({ file, args, cwd, env: { PATH: path }, as, input, timeoutMs: 60_000, signal })
    if (ended.endedBy === 'itself' && ended.exitCode === 0) return
    throw new Error(`${file} failed in a call's folder: ${ended.reason || ended.stderr.trim() || ended.endedBy}`)
  }
