import { expect, test, vi } from 'vitest'
import { openPause, timeText } from '../../../../../runner/ai/call/pause.ts'

const never = new AbortController().signal

test('one limit holds back all calls and gives its reason, once', async () => {
  const notes: (string | undefined)[] = []
  const pause = openPause({
    firstMs: 1_000,
    longestMs: 1_000,
    leftMs: () => 60_000,
    note: (text) => notes.push(text),
  })
  await pause.pass(never)
  expect(pause.hold('claude is at its rate limit')).toBe(true)
  expect(pause.hold('claude is at its rate limit')).toBe(true)
  expect(notes).toHaveLength(1)
  expect(notes[0]).toMatch(/^claude is at its rate limit; resuming at \d\d:\d\d:\d\d UTC$/)
  await Promise.all([pause.pass(never), pause.pass(never)])
  expect(notes).toEqual([notes[0], undefined])
})

test('waits double up to the maximum, and start over after a call gets through', () => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-24T00:00:00Z') })
  try {
    let seconds = 0
    const note = (text = '') => {
      const [, minute, second] = /at \d\d:(\d\d):(\d\d)/.exec(text) ?? []
      seconds = Number(minute) * 60 + Number(second)
    }
    const pause = openPause({ firstMs: 100_000, longestMs: 300_000, leftMs: () => 1e9, note })
    const holdAtMidnight = () => {
      pause.hold('x')
      const length = seconds
      // The wait is over, and a new day has begun.
      vi.setSystemTime(Math.ceil((Date.now() + 1) / 86_400_000) * 86_400_000)
      return length
    }
    const about = (length: number) => expect.toSatisfy((is: number) => is >= length * 0.8 - 1 && is <= length * 1.2)
    expect([holdAtMidnight(), holdAtMidnight(), holdAtMidnight()]).toEqual([about(100), about(200), about(300)])
    pause.lift()
    expect(holdAtMidnight()).toEqual(about(100))
  } finally {
    vi.useRealTimers()
  }
})

test('a wait lasts until the end that a limit names; a later one extends it, an earlier one does not', () => {
  const notes: (string | undefined)[] = []
  const leftMs = () => 8 * 3_600_000
  const pause = openPause({ firstMs: 1_000, longestMs: 1_000, leftMs, note: (text) => notes.push(text) })
  const inHours = (hours: number) => Date.now() + hours * 3_600_000
  const [early, end, later] = [inHours(1), inHours(2), inHours(3)]
  for (const limitEnds of [end, early, later]) expect(pause.hold('x', limitEnds)).toBe(true)
  expect(pause.hold('x', inHours(9))).toBe(false)
  expect(pause.hold('x')).toBe(true)
  expect(notes).toEqual([end, later].map((time) => `x; resuming at ${timeText(time)}`))
})

test('a wait for a limit without a name for its end, or with one that has passed, is a back-off', () => {
  const notes: (string | undefined)[] = []
  const pause = openPause({ firstMs: 60_000, longestMs: 60_000, leftMs: () => 1e9, note: (text) => notes.push(text) })
  expect(pause.hold('x', Date.now() - 5_000)).toBe(true)
  expect(notes).toHaveLength(1)
})

test('the day is named where it is not today', () => {
  expect(timeText(Date.now())).toMatch(/^(\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d UTC$/)
  expect(timeText(Date.parse('2031-02-03T04:05:06Z'))).toBe('2031-02-03 04:05:06 UTC')
})

test('a wait never exceeds the remaining time', () => {
  const notes: unknown[] = []
  const pause = openPause({
    firstMs: 60_000,
    longestMs: 60_000,
    leftMs: () => 10_000,
    note: (text) => notes.push(text),
  })
  expect(pause.hold('x')).toBe(false)
  expect(notes).toEqual([])
})

test('a wait is aborted with the generation', async () => {
  const pause = openPause({ firstMs: 60_000, longestMs: 60_000, leftMs: () => 1e9, note: () => undefined })
  pause.hold('x')
  const stop = new AbortController()
  const waiting = pause.pass(stop.signal)
  stop.abort(new Error('aborted'))
  await expect(waiting).rejects.toThrow('aborted')
})
