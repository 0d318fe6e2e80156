import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startRunningTime } from '../../../runner/running-time.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] }))
afterEach(() => void vi.useRealTimers())

test('counts the running time, and ends exactly when it is used up', () => {
  const time = startRunningTime(12_000)
  vi.advanceTimersByTime(11_990)
  expect(time.seconds()).toBeCloseTo(11.99)
  expect(time.signal.aborted).toBe(false)
  vi.advanceTimersByTime(10)
  expect(time.signal.aborted).toBe(true)
})

test('a limit of a week does not end early', () => {
  const time = startRunningTime(10_080 * 60_000)
  vi.advanceTimersByTime(60_000)
  expect(time.signal.aborted).toBe(false)
  time.stop()
})

test('with no time left it ends at once', () => {
  expect(startRunningTime(0).signal.aborted).toBe(true)
  expect(startRunningTime(-5).signal.aborted).toBe(true)
})

test('changes of the system time have no effect', () => {
  const time = startRunningTime(60_000)
  vi.setSystemTime(Date.now() + 86_400_000)
  expect(time.seconds()).toBe(0)
  vi.advanceTimersByTime(10_000)
  vi.setSystemTime(Date.now() - 30 * 86_400_000)
  expect(time.seconds()).toBe(10)
  time.stop()
})

test('a night in suspend counts a minute at most, even if the clock kept going', () => {
  const now = vi.spyOn(performance, 'now').mockReturnValue(1_000)
  const time = startRunningTime(3_600_000)
  now.mockReturnValue(1_000 + 8 * 3_600_000)
  expect(time.seconds()).toBe(60)
  expect(time.signal.aborted).toBe(false)
  time.stop()
  now.mockRestore()
})
