import { execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { clis } from '../clis/clis.ts'
import { root } from '../support/service-process.ts'
import type { Attempt, Defences } from './attempt.ts'

/** A user who has nothing to do with the one that started the tests. */
const STRANGER = 65_533
/** The user that CLIs run as. */
const NOBODY = 65_534

/** Who runs docsfy, and as whom the CLIs run. */
export interface Users {
  name: string
  /** The runner's user; undefined for our own. */
  runner: number | undefined
  /** The CLI's user; undefined for the runner's. */
  cli: number | undefined
}

/**
 * The users that attacks can be tried as here, at least one: as on AWS, where the runner is root and the CLIs have a user of their own,
 * and as on one machine, where an ordinary user is both. Only root can try both, if others can reach the programs.
 */
export function possibleUsers(): [Users, ...Users[]] {
  const ourselves = { runner: undefined, cli: undefined }
  if (process.getuid?.() !== 0) return [{ name: 'an ordinary user', ...ourselves }]
  const programs = [process.execPath, ...Object.values(clis), root]
  if (![STRANGER, NOBODY].every((uid) => canReach(uid, programs))) return [{ name: 'root alone', ...ourselves }]
  return [
    { name: 'root, and a user of its own for the CLI', runner: undefined, cli: NOBODY },
    { name: 'an ordinary user', runner: STRANGER, cli: undefined },
  ]
}

function canReach(uid: number, paths: readonly string[]): boolean {
  try {
    for (const path of paths) execFileSync('test', ['-r', path], { uid, gid: uid })
    return true
  } catch {
    return false
  }
}

/**
 * Carries out attacks on each CLI, with the defences on and off. Gives one attempt for each run.
 *
 * @throws when it is aborted
 */
export async function tryAttacks(ids: readonly string[], users: Users, signal: AbortSignal): Promise<Attempt[]> {
  const order = { ids, clis: Object.keys(clis), user: users.cli, atOnce: 2 }
  const child = spawn(process.execPath, [`${root}test/attacks/run-attempts.ts`, JSON.stringify(order)], {
    env: { PATH: process.env.PATH, ATTACK_SECRET: `leak-${randomBytes(8).toString('hex')}` },
    ...(users.runner === undefined ? {} : { uid: users.runner, gid: users.runner }),
    stdio: ['ignore', 'pipe', 'inherit'],
    signal,
  })
  const ended = once(child, 'close')
  const attempts: Attempt[] = []
  for await (const line of createInterface({ input: child.stdout })) attempts.push(JSON.parse(line))
  const [code] = await ended
  if (code !== 0) throw new Error(`the attacks ended with ${code}`)
  return attempts
}

/** The runs of one attack on one CLI. */
export interface Trial {
  id: string
  cli: string
  /** What showed success in each run; empty where the attack failed. */
  signs: Partial<Record<Defences, string[]>>
  /** What went wrong in runs with defences. */
  untold: string[]
}

/** One trial for each attack on each CLI. */
export const trialsOf = (attempts: readonly Attempt[]): Trial[] =>
  [...Map.groupBy(attempts, ({ id, cli }) => `${id} ${cli}`).values()].map((runs) => ({
    id: runs[0]?.id ?? '',
    cli: runs[0]?.cli ?? '',
    signs: Object.fromEntries(runs.map(({ defences, signs }) => [defences, signs])),
    untold: runs.filter(({ defences, whole }) => defences !== 'none' && !whole).map(({ outcome }) => outcome),
  }))

/** Trials in which the attack got past a defence, or was not tried to the end. */
export const successes = (trials: readonly Trial[]): Trial[] =>
  trials.filter(({ signs: { all, cli = [] }, untold }) => all?.length !== 0 || cli.length > 0 || untold.length > 0)

/** Trials in which the attack failed without any defence, so they prove nothing. */
export const idle = (trials: readonly Trial[]): Trial[] => trials.filter(({ signs: { none } }) => !none?.length)

/** One line for each trial: with all defences, with only how the CLI is started, and without any. */
export const tableOf = (trials: readonly Trial[]): string =>
  trials
    .map(({ id, cli, signs: { all, cli: alone, none } }) => {
      const cells = [
        id.padEnd(32),
        cli.padEnd(6),
        result(all),
        alone ? result(alone) : '    ',
        none?.join(', ') || 'NO BITE',
      ]
      return cells.join(' | ')
    })
    .join('\n')

const result = (signs: readonly string[] | undefined): string => (signs ? signs.join(', ') || 'held' : 'NOT RUN')
