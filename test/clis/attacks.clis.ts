import { expect, test } from 'vitest'
import { attacks } from '../attacks/attacks.ts'
import { idle, possibleUsers, successes, tableOf, trialsOf, tryAttacks } from '../attacks/try-attacks.ts'

const selection = attacks.filter(({ quick }) => quick).map(({ id }) => id)
const [users] = possibleUsers()

// The whole list: `npm run test:long`.
test(`none of ${selection.length} attacks succeeds against the real CLIs, and each does without the defences`, async ({
  signal,
}) => {
  const trials = trialsOf(await tryAttacks(selection, users, signal))
  console.log(`${users.name}\n${tableOf(trials)}`)
  expect(new Set(trials.map(({ id }) => id))).toEqual(new Set(selection))
  expect(successes(trials)).toEqual([])
  expect(idle(trials)).toEqual([])
})
