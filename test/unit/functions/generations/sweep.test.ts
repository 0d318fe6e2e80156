import { expect, test } from 'vitest'
import { compare, reasonToStop } from '../../../../functions/generations/sweep.ts'
import { type GenerationRecord, LONGEST_STEP_MINUTES } from '../../../../shared/generation.ts'

/** The decision on a task that sends heartbeats but has made no progress for this many minutes. */
const judge = (timeoutMinutes: number, minutes: number) =>
  reasonToStop(
    { timeoutMinutes } as GenerationRecord,
    { seenHeartbeats: 9, seenProgressSteps: 1, silentSweeps: 0, stuckSweeps: minutes },
    60,
  )

test('a clone is not stopped before git times out, however short the timeout of a CLI call', () => {
  expect(judge(1, LONGEST_STEP_MINUTES + 1)).toBeUndefined()
})

test('a task that sends heartbeats but makes no progress is stopped and retried', () => {
  expect(judge(1, 25)).toEqual({ reason: 'The runner was alive but made no progress', first: 'condemn' })
  expect(judge(60, 70)).toBeUndefined()
  expect(judge(60, 90)).toMatchObject({ first: 'condemn' })
})

/** The decision after this many sweeps, with counters that grow by these amounts between sweeps. */
function afterSweeps(sweeps: number, { heartbeats, progressSteps }: { heartbeats: number; progressSteps: number }) {
  let record = { heartbeats: 0, progressSteps: 0, timeoutMinutes: 60 } as GenerationRecord
  for (let sweep = 0; sweep < sweeps; sweep++) {
    record = { ...record, ...compare(record) }
    record = {
      ...record,
      heartbeats: record.heartbeats + heartbeats,
      progressSteps: record.progressSteps + progressSteps,
    }
  }
  return reasonToStop(record, compare(record), 60)?.reason
}

test('a runner continues as long as it sends heartbeats and makes progress, and is stopped otherwise', () => {
  expect(afterSweeps(500, { heartbeats: 4, progressSteps: 1 })).toBeUndefined()
  expect(afterSweeps(500, { heartbeats: 0, progressSteps: 0 })).toBe('The runner stopped sending heartbeats')
  expect(afterSweeps(500, { heartbeats: 4, progressSteps: 0 })).toBe('The runner was alive but made no progress')
  expect(afterSweeps(1, { heartbeats: 0, progressSteps: 0 })).toBeUndefined()
})
