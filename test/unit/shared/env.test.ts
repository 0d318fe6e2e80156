import { expect, test } from 'vitest'
import { LocalEnv, readEnv } from '../../../shared/env.ts'

/** The longest timer that Node.js supports. Longer ones fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

test.each(['10081', '40000', '100000', '9007199254740991'])('GENERATION_TIMEOUT=%s counts as a week', (minutes) => {
  expect(readEnv(LocalEnv, { GENERATION_TIMEOUT: minutes }).GENERATION_TIMEOUT).toBe(10_080)
})

test('no setting can exceed the longest timer, which would fire at once', () => {
  const huge = { GENERATION_TIMEOUT: '1e15', AI_CLI_TIMEOUT: '1e15', SWEEP_SECONDS: '1e15' }
  const { GENERATION_TIMEOUT, AI_CLI_TIMEOUT, SWEEP_SECONDS } = readEnv(LocalEnv, huge)
  const longest = Math.max(GENERATION_TIMEOUT * 60_000, AI_CLI_TIMEOUT * 60_000, SWEEP_SECONDS * 1_000)
  expect(longest).toBeLessThan(LONGEST_TIMER_MS)
})
