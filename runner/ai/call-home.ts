import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import type { Ids } from '../process/spawn-group.ts'

export interface CallHome extends AsyncDisposable {
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
export async function makeCallHome(
  scratch: string,
  files: Record<string, string>,
  as: Ids | undefined,
): Promise<CallHome> {
  const place = await mkdtemp(join(scratch, 'call-'))
  await (as ? makeHomeAs(as, place, files) : makeHome(place, files))
  return { path: join(place, HOME), [Symbol.asyncDispose]: () => remove(place, as) }
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
async function makeHomeAs(as: Ids, place: string, files: Record<string, string>): Promise<void> {
  // All paths are relative: a command line would tell everybody where the open folder is.
  const run = async (script: string, args: string[] = [], input = '') =>
    await execa('sh', ['-ceu', `umask 077; ${script}`, 'sh', ...args], { ...as, cwd: place, input })
  await chmod(place, OPEN)
  await run('mkdir "$1"', [HOME])
  await chmod(place, PASSABLE)
  for (const [name, content] of Object.entries(files)) {
    const path = join(HOME, name)
    await run('mkdir -p "$1"; cat > "$2"', [dirname(path), path], content)
  }
}

async function remove(place: string, as: Ids | undefined): Promise<void> {
  if (as) {
    await chmod(place, OPEN)
    await execa('rm', ['-rf', '--', HOME], { ...as, cwd: place, reject: false })
  }
  await rm(place, { recursive: true, force: true, maxRetries: 3 })
}
