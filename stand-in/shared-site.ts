import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Site } from './plan.ts'

/**
 * The calls of one run share a site: the first one that needs it writes it, the others read it. Each call has a HOME of its own inside
 * the run's folder `scratch`, which is the only place outside of it that belongs to the run. Without such a folder, or if it can't be
 * written to, each call makes the site for itself.
 *
 * @param commit - what the clone is of; the site of another commit is never used
 */
export async function sharedSite(commit: string | undefined, make: () => Promise<Site>): Promise<Site> {
  const scratch = dirname(dirname(homedir()))
  if (basename(scratch) !== 'scratch' || !commit) return await make()
  const path = join(scratch, `stand-in-${commit}.json`)
  for (;;) {
    const known = read(path)
    if (known) return known
    const claimed = claim(`${path}.writing`)
    if (claimed === 'not-allowed') return await make()
    if (claimed === 'mine') return await write(path, make)
    await setTimeout(50)
  }
}

function read(path: string): Site | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

/** Claims the writing for this process, or takes it over from one that has died. */
function claim(folder: string): 'mine' | 'taken' | 'not-allowed' {
  try {
    mkdirSync(folder)
    writeFileSync(join(folder, 'pid'), String(process.pid))
    return 'mine'
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) return 'not-allowed'
    if (isAlive(folder)) return 'taken'
    rmSync(folder, { recursive: true, force: true })
    return 'taken'
  }
}

function isAlive(folder: string): boolean {
  try {
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'))
    return pid === 0 || process.kill(pid, 0)
  } catch (error) {
    // Between the two steps of a claim there is no file yet.
    return error instanceof Error && 'code' in error && error.code === 'ENOENT'
  }
}

async function write(path: string, make: () => Promise<Site>): Promise<Site> {
  try {
    const site = await make()
    writeFileSync(`${path}.new`, JSON.stringify(site))
    renameSync(`${path}.new`, path)
    return site
  } finally {
    rmSync(`${path}.writing`, { recursive: true, force: true })
  }
}
