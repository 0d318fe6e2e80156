import { expect, test } from 'vitest'
import { openSession } from '../../../../../runner/ai/call/session.ts'
import type { GenerationRecord } from '../../../../../shared/generation.ts'
import { runnerEnv } from '../../../../support/runner-env.ts'

const log = { debug() {}, info() {}, warn() {}, error() {} }
const progress = { note() {}, notePage() {}, flush: async () => undefined, stop: async () => ({}) }

/** What waits for a rate limit, with so many minutes left of the whole generation's. */
const pauseWith = (minutesLeft: number) => {
  const record = { provider: 'claude', model: 'm', timeoutMinutes: 1 }
  const job = { env: runnerEnv(), log, signal: new AbortController().signal, leftMs: () => minutesLeft * 60_000 }
  return openSession(job, record as GenerationRecord, progress, { clone: '', scratch: '' }).pause
}

test('a limit is waited for only as long as the generation has time left', () => {
  expect(pauseWith(0.1).hold('a limit')).toBe(false)
  expect(pauseWith(10).hold('a limit')).toBe(true)
})
