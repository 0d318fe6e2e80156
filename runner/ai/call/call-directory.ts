import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Ids, spawnGroup } from '../../process/spawn-group.ts'

export interface CallDirectory extends AsyncDisposable {
  /** HOME and TMPDIR of one call. */
  path: string
}

/** Others go through it to a place that they were told, and see nothing of what is in it. */
export const PASSABLE = 0o711
/** Anybody may make something in it. */
const OPEN = 0o777

/** The folder that the homes of all calls lie in: a CLI's user goes through it to its own, and finds no other. */
export async function makeScratch(workspace: string): Promise<string> {
  const path = join(workspace, 'scratch')
  await mkdir(path, { mode: PASSABLE })
  return path
}

/**
 * A folder of one call's own, with these files in it; it goes with everything in it. Nobody but the user that the CLI runs as
 * can look into it, though every user of the machine may read its path in a command line.
 */
export async function makeCallDirectory(
  scratch: string,
  files: Record<string, string>,
  user: CallUser,
): Promise<CallDirectory> {
  const place = await mkdtemp(join(scratch, 'call-'))
  const run = user.as && runAs(user.as, place, user.path)
  await (run ? makeHomeAs(run, place, files) : makeHome(place, files))
  return { path: join(place, HOME), [Symbol.asyncDispose]: () => remove(place, run) }
}

/** Whom the CLI runs as (undefined: our own user), and the PATH to find programs in. */
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
 * The CLI's user makes it, in a folder that is open for just that time: on AWS the runner may set its user, but it may not
 * give files away, nor read or delete those of others.
 */
async function makeHomeAs(run: Run, place: string, files: Record<string, string>): Promise<void> {
  // All paths are relative: a command line would tell everybody where the open folder is.
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

async function remove(place: string, run: Run | undefined): Promise<void> {
  if (run) {
    await chmod(place, OPEN)
    // What it cannot remove is tried again as our own user.
    await run('rm', ['-rf', '--', HOME]).catch(() => undefined)
  }
  await rm(place, { recursive: true, force: true, maxRetries: 3 })
}

type Run = (file: string, args: string[], input?: string) => Promise<void>

/** Runs programs as another user, who finds nothing of ours in their environment. */
const runAs =
  (as: Ids, cwd: string, path: string): Run =>
  async (file, args, input = '') => {
    // An abort lets it finish: it takes a moment, and what it does is needed to clean up.
    const { signal } = new AbortController()
    const ended = await spawnGroup({ file, args, cwd, env: { PATH: path }, as, input, timeoutMs: 60_000, signal })
    if (ended.endedBy === 'itself' && ended.exitCode === 0) return
    throw new Error(`${file} failed in a call's folder: ${ended.reason || ended.stderr.trim() || ended.endedBy}`)
  }
