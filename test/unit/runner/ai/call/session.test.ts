import { expect, test } from 'vitest'
import { openSession } from '../../../../../runner/ai/call/session.ts'
import { openKnownSecrets } from '../../../../../runner/secrets/known-secrets.ts'
import type { GenerationRecord } from '../../../../../shared/generation.ts'
import { runnerEnv } from '../../../../support/runner-env.ts'

const log = { debug() {}, info() {}, warn() {}, error() {} }
const progress = { note() {}, notePage() {}, flush: async () => undefined, stop: async () => ({}) }

/** The pause of a session whose generation has this many minutes left. */
const pauseWith = (minutesLeft: number) => {
  const record = { provider: 'claude', model: 'm', timeoutMinutes: 1 }
  const { signal } = new AbortController()
  const job = { env: runnerEnv(), log, secrets: openKnownSecrets(), signal, leftMs: () => minutesLeft * 60_000 }
  return openSession(job, record as GenerationRecord, progress, { clone: '', scratch: '', system: '', wishes: '' })
    .pause
}

test('a limit is waited out only if the generation has time left', () => {
  expect(pauseWith(0.1).hold('a limit')).toBe(false)
  expect(pauseWith(10).hold('a limit')).toBe(true)
})
