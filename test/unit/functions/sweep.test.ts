import { expect, test } from 'vitest'
import { reasonToStop } from '../../../functions/sweep.ts'
import { type GenerationRecord, LONGEST_STEP_MINUTES } from '../../../shared/generation.ts'

/** Judges a task whose heart beats and that has made no step for so long. */
const judge = (timeoutMinutes: number, minutes: number) =>
  reasonToStop(
    { timeoutMinutes } as GenerationRecord,
    { seenBeats: 9, seenSteps: 1, idleSweeps: 0, idleSteps: minutes },
    60,
  )

test('a clone is not stopped before git gives up by itself, however short a call of the CLI may be', () => {
  expect(judge(1, LONGEST_STEP_MINUTES + 1)).toBeUndefined()
})

test('a task that beats and does nothing is stopped, to be taken up again', () => {
  expect(judge(1, 25)).toEqual({ reason: 'The runner was alive but made no progress', final: false })
  expect(judge(60, 70)).toBeUndefined()
  expect(judge(60, 90)).toMatchObject({ final: false })
})
