import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import type { Ids } from './spawn-group.ts'

export interface CallHome extends AsyncDisposable {
  /** HOME and TMPDIR of one call. */
  path: string
}

/** The folder that the homes of all calls lie in: a CLI's user goes through it to its own, and finds no other. */
export async function makeScratch(workspace: string): Promise<string> {
  const path = join(workspace, 'scratch')
  await mkdir(path, { mode: 0o711 })
  return path
}

/**
 * A folder of one call's own, with these files in it; it goes with everything in it.
 *
 * For a CLI with a user of its own it is open to all, below {@link makeScratch}, which only the runner's user can list: the runner may set
 * its user on AWS, but give files away, or delete in others' folders, it may not.
 */
export async function makeCallHome(
  scratch: string,
  files: Record<string, string>,
  as: Ids | undefined,
): Promise<CallHome> {
  const path = await mkdtemp(join(scratch, 'call-'))
  if (as) await chmod(path, 0o777)
  for (const [name, content] of Object.entries(files)) {
    const folder = dirname(join(path, name))
    await mkdir(folder, { recursive: true })
    if (as) await chmod(folder, 0o777)
    await writeFile(join(path, name), content)
  }
  return { path, [Symbol.asyncDispose]: () => remove(path, as) }
}

async function remove(path: string, as: Ids | undefined): Promise<void> {
  // It cannot remove the folder itself; what is below it goes.
  if (as) await execa('rm', ['-rf', '--', path], { ...as, cwd: '/', reject: false })
  await rm(path, { recursive: true, force: true, maxRetries: 3 })
}
