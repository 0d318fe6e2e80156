import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startRunningTime } from '../../../runner/running-time.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] }))
afterEach(() => void vi.useRealTimers())

test('counts what has run, and ends when it is used up, and not before', () => {
  const time = startRunningTime(12_000)
  vi.advanceTimersByTime(11_990)
  expect(time.seconds()).toBeCloseTo(11.99)
  expect(time.signal.aborted).toBe(false)
  vi.advanceTimersByTime(10)
  expect(time.signal.aborted).toBe(true)
})

test('a week is no too long a time for it', () => {
  const time = startRunningTime(10_080 * 60_000)
  vi.advanceTimersByTime(60_000)
  expect(time.signal.aborted).toBe(false)
  time.stop()
})

test('where nothing is left it ends at once', () => {
  expect(startRunningTime(0).signal.aborted).toBe(true)
  expect(startRunningTime(-5).signal.aborted).toBe(true)
})

test('a change of the date is not seen', () => {
  const time = startRunningTime(60_000)
  vi.setSystemTime(Date.now() + 86_400_000)
  expect(time.seconds()).toBe(0)
  vi.advanceTimersByTime(10_000)
  vi.setSystemTime(Date.now() - 30 * 86_400_000)
  expect(time.seconds()).toBe(10)
  time.stop()
})

test('a night in which the machine was suspended counts a minute at most, though the clock went on', () => {
  const now = vi.spyOn(performance, 'now').mockReturnValue(1_000)
  const time = startRunningTime(3_600_000)
  now.mockReturnValue(1_000 + 8 * 3_600_000)
  expect(time.seconds()).toBe(60)
  expect(time.signal.aborted).toBe(false)
  time.stop()
  now.mockRestore()
})
