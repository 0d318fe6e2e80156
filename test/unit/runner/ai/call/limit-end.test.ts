import { describe, expect, test } from 'vitest'
import { limitEnd } from '../../../../../runner/ai/call/limit-end.ts'

/** A Friday. */
const NOW = '2026-11-27T12:00:00Z'
const endOf = (message: string, now = NOW) => {
  const end = limitEnd(message, Date.parse(now))
  return end === undefined ? undefined : new Date(end).toISOString().replace('.000Z', 'Z')
}

describe('the time at which a limit ends is read from the words of each CLI', () => {
  test.each([
    ["You've hit your limit · resets 3pm (UTC)", '2026-11-27T15:00:00Z'],
    ["You've hit your session limit · resets 3:30pm (Europe/Berlin)", '2026-11-27T14:30:00Z'],
    ["You've hit your weekly limit · resets Nov 30, 3pm (America/New_York)", '2026-11-30T20:00:00Z'],
    ["You've hit your weekly limit · resets Nov 30 at 9:15 AM (UTC) · progress saved", '2026-11-30T09:15:00Z'],
    ['limit reached. It resets Nov. 30, 3pm UTC. Upgrade at 4pm.', '2026-11-30T15:00:00Z'],
    ["You've hit your Opus limit · resets Jan 2, 2027, 12am (UTC)", '2027-01-02T00:00:00Z'],
    ["You've hit your limit · resets Jan 2, 12am (UTC)", '2027-01-02T00:00:00Z'],
    ['5-hour limit reached ∙ resets 9am (Asia/Tokyo)', '2026-11-28T00:00:00Z'],
    ['Your limit will reset at 11am (UTC).', '2026-11-28T11:00:00Z'],
    ['weekly limit reached, resets Mon 12:00 AM (UTC)', '2026-11-30T00:00:00Z'],
    ['limit reached; resets Friday at 11:00 UTC', '2026-12-04T11:00:00Z'],
    ['limit reached; resets tomorrow at 8am UTC', '2026-11-28T08:00:00Z'],
    ['resets at midnight UTC', '2026-11-28T00:00:00Z'],
    ['daily limit reached — resets at UTC midnight', '2026-11-28T00:00:00Z'],
    ['spend limit reached · resets Dec 1', expect.stringMatching(/^2026-1(1-30|2-01)T/)],
    ['limit reached, resets 15:00 PST', '2026-11-27T23:00:00Z'],
    ['resets at 2026-11-27T18:00:00Z', '2026-11-27T18:00:00Z'],
    ['resets at 2026-11-27 18:00:00 UTC', '2026-11-27T18:00:00Z'],
    ['resets at 2026-11-27T18:00:00+02:00', '2026-11-27T16:00:00Z'],
    ['try again after 2026-11-28T00:00:00.000Z', '2026-11-28T00:00:00Z'],
    ['resets in 2h', '2026-11-27T14:00:00Z'],
    ['resets in 1h 5m', '2026-11-27T13:05:00Z'],
    ['resets in 2 hours and 30 minutes', '2026-11-27T14:30:00Z'],
    ['You have exhausted your capacity on this model. Your quota will reset after 5h32m12s.', '2026-11-27T17:32:12Z'],
    ['Quota exceeded for metric: x, limit: 2. Please retry in 34.07s.', '2026-11-27T12:00:34.070Z'],
    ['{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34s"}', '2026-11-27T12:00:34Z'],
    ['Please try again in 20 seconds', '2026-11-27T12:00:20Z'],
    ['429 Too Many Requests (retry-after: 600)', '2026-11-27T12:10:00Z'],
    ['Rate limit exceeded. Retry after 90 seconds', '2026-11-27T12:01:30Z'],
    ['Claude AI usage limit reached|1795791600', '2026-11-27T15:00:00Z'],
    [
      'Your usage limits will reset when your monthly cycle ends on 12/15/2026.',
      expect.stringMatching(/^2026-12-1[45]T/),
    ],
  ])('%s', (message, end) => {
    expect(endOf(message)).toEqual(end)
  })
})

test.each([
  'API Error: Request rejected (429) · slow down',
  'Please wait and try again later.',
  'This may be a transient API issue; please try again.',
  'Rate limit of 60 requests per minute exceeded',
  "You've hit your limit · resets 3pm (Nowhere/Land)",
  'Your limit resets soon. At 3 you may have lunch.',
  'Retrying attempt 3 of 10',
])('no time is read from %j', (message) => {
  expect(endOf(message)).toBeUndefined()
})

test('a time of day that has only just passed is not taken for that of tomorrow', () => {
  expect(endOf('resets 3pm (UTC)', '2026-11-27T15:00:01Z')).toBe('2026-11-27T15:00:00Z')
  expect(endOf('resets 3pm (UTC)', '2026-11-27T16:00:00Z')).toBe('2026-11-28T15:00:00Z')
})

test('a time without a zone is local', () => {
  const local = new Date(Date.parse(NOW))
  local.setHours(local.getHours() + 2, 0, 0, 0)
  const clock = `${local.getHours()}:00`
  expect(endOf(`resets at ${clock}`)).toBe(local.toISOString().replace('.000Z', 'Z'))
})

test('the clock’s change to and from summer time is respected', () => {
  expect(endOf('resets Mar 28, 2027, 3am (Europe/Berlin)')).toBe('2027-03-28T01:00:00Z')
  expect(endOf('resets Mar 28, 2027, 1am (Europe/Berlin)')).toBe('2027-03-28T00:00:00Z')
})

test('a long message takes no long time', () => {
  const started = performance.now()
  endOf(`${'resets '.repeat(20_000)}${'retry 1 '.repeat(20_000)}`)
  expect(performance.now() - started).toBeLessThan(15_000)
})
