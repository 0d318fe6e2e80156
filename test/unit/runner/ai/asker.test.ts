import { expect, test } from 'vitest'
import { openAsker } from '../../../../runner/ai/asker.ts'
import type { GenerationRecord } from '../../../../shared/generation.ts'
import { minutesAfter, now } from '../../../../shared/time.ts'
import { runnerEnv } from '../../../support/runner-env.ts'

const log = { debug() {}, info() {}, warn() {}, error() {} }
const progress = { note() {}, flush: async () => undefined, stop: async () => ({}) }

/** What waits for a rate limit in a later attempt, with so many minutes left of the whole generation's. */
const pauseWith = (minutesLeft: number) => {
  const record = { provider: 'claude', model: 'm', timeoutMinutes: 1, deadlineAt: minutesAfter(now(), minutesLeft) }
  const job = { env: runnerEnv(), log, signal: new AbortController().signal }
  return openAsker(job, record as GenerationRecord, progress, { clone: '', scratch: '' }).pause
}

test('a limit is waited for until the deadline of the generation, however late its task began', () => {
  expect(pauseWith(0.1).hold('a limit')).toBe(false)
  expect(pauseWith(10).hold('a limit')).toBe(true)
})
