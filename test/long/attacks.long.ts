import { expect, test } from 'vitest'
import { attacks } from '../attacks/attacks.ts'
import { idle, possibleUsers, successes, tableOf, trialsOf, tryAttacks } from '../attacks/try-attacks.ts'

const ids = attacks.map(({ id }) => id)

test.for(possibleUsers())(
  `none of ${ids.length} attacks succeeds against the real CLIs, and each does without the defences: $name`,
  async (users, { signal }) => {
    const started = performance.now()
    const trials = trialsOf(await tryAttacks(ids, users, signal))
    const minutes = ((performance.now() - started) / 60_000).toFixed(1)
    console.log(
      `${users.name}: ${ids.length} attacks, ${trials.length} trials in ${minutes} min; ${successes(trials).length} succeeded, ${idle(trials).length} controls did not bite\n${tableOf(trials)}`,
    )
    expect(new Set(trials.map(({ id }) => id))).toEqual(new Set(ids))
    expect(successes(trials)).toEqual([])
    expect(idle(trials)).toEqual([])
  },
)

test('there are at least 40 attacks, each with its own name, against each CLI', () => {
  expect(new Set(ids).size).toBe(ids.length)
  for (const cli of ['claude', 'gemini'] as const)
    expect(attacks.filter(({ calls }) => calls[cli]).length).toBeGreaterThanOrEqual(40)
})
