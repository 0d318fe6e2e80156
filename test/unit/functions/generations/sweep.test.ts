import { expect, test } from 'vitest'
import { compare, isWorthWriting, reasonToStop, type Seen } from '../../../../functions/generations/sweep/health.ts'
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

/**
 * The decision after this many sweeps, with counters that grow by these amounts between sweeps. Every so many sweeps the process is
 * a new one.
 */
function afterSweeps(
  sweeps: number,
  { heartbeats, progressSteps }: { heartbeats: number; progressSteps: number },
  newEvery = 1,
) {
  let record = { heartbeats: 0, progressSteps: 0, timeoutMinutes: 60 } as GenerationRecord
  let remembered: Seen | undefined
  for (let sweep = 0; sweep < sweeps; sweep++) {
    if (sweep % newEvery === 0) remembered = undefined
    const seen = compare(record, remembered)
    if (isWorthWriting(seen, remembered)) record = { ...record, ...seen }
    remembered = seen
    record = {
      ...record,
      heartbeats: record.heartbeats + heartbeats,
      progressSteps: record.progressSteps + progressSteps,
    }
  }
  return reasonToStop(record, compare(record, remembered), 60)?.reason
}

test('a runner continues as long as it sends heartbeats and makes progress, and is stopped otherwise', () => {
  expect(afterSweeps(500, { heartbeats: 4, progressSteps: 1 })).toBeUndefined()
  expect(afterSweeps(500, { heartbeats: 0, progressSteps: 0 })).toBe('The runner stopped sending heartbeats')
  expect(afterSweeps(500, { heartbeats: 4, progressSteps: 0 })).toBe('The runner was alive but made no progress')
  expect(afterSweeps(1, { heartbeats: 0, progressSteps: 0 })).toBeUndefined()
})

test('a silent runner is stopped whether the sweeper remembers, forgets now and then, or starts anew each time', () => {
  for (const newEvery of [1, 2, 3, 7, 1_000]) {
    expect(afterSweeps(5, { heartbeats: 0, progressSteps: 0 }, newEvery)).toBeUndefined()
    expect(afterSweeps(6, { heartbeats: 0, progressSteps: 0 }, newEvery)).toBe('The runner stopped sending heartbeats')
    expect(afterSweeps(500, { heartbeats: 4, progressSteps: 1 }, newEvery)).toBeUndefined()
    expect(afterSweeps(400, { heartbeats: 4, progressSteps: 0 }, newEvery)).toBe(
      'The runner was alive but made no progress',
    )
  }
})

test('a silence that another process saw counts, and one from before the last heartbeat does not', () => {
  const record = { heartbeats: 7, progressSteps: 2, seenHeartbeats: 7, silentSweeps: 3 } as GenerationRecord
  const remembered = { seenHeartbeats: 7, seenProgressSteps: 2, silentSweeps: 1, stuckSweeps: 0 }
  expect(compare(record, remembered)).toMatchObject({ silentSweeps: 4, stuckSweeps: 1 })
  expect(compare({ ...record, heartbeats: 8 }, remembered)).toMatchObject({ silentSweeps: 0 })
})
