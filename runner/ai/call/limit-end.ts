import { type Clock, type Day, dayAt, MIDNIGHT, shifted, timeOf } from './zoned-time.ts'

/**
 * When a limit ends, as a CLI's message names it: `resets 3pm (Europe/London)`, `resets Nov 30, 3pm`, `will reset after 5h32m12s`,
 * `Please retry in 34.07s`, `retry-after: 600`, `reset … on 12/15/2026`, and the like. A time without a zone is local. Of times
 * without a date it is the next; one that has only just passed is in the past, since the message may be late.
 *
 * @returns milliseconds since 1970; undefined when the message names no time
 */
export function limitEnd(message: string, now: number): number | undefined {
  if (message.length > LONGEST) return limitEnd(message.slice(-LONGEST), now)
  const [, seconds] = /limit reached\|(\d{10})(?:\d{3})?\b/i.exec(message) ?? []
  if (seconds) return Number(seconds) * 1_000
  for (const { 0: word, index } of message.matchAll(ANNOUNCEMENT)) {
    const text =
      message
        .slice(index + word.length, index + word.length + FARTHEST)
        .split(/(?<!\b[A-Z][a-z]{2})[.!]\s|[·∙\n]/)[0] ?? ''
    const end = durationEnd(text, now) ?? dateEnd(text, now)
    if (end !== undefined) return end
  }
  return undefined
}

/** In characters. */
const LONGEST = 2_000

/** Words before the time at which one may go on. */
const ANNOUNCEMENT = /\b(?:re-?sets?|re-?try(?:ing)?(?:_?delay)?|try again|available|back|wait|delay|after)\b/gi

/** How many characters after these words the time may stand. */
const FARTHEST = 80

const UNIT_MS: [RegExp, number][] = [
  [/^ms|^milli/i, 1],
  [/^s/i, 1_000],
  [/^m/i, 60_000],
  [/^h/i, 3_600_000],
  [/^d/i, 86_400_000],
  [/^w/i, 604_800_000],
]
const UNIT = '(?:ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?)'
const DURATION = new RegExp(
  `^\\W*(?:(?:in|after|for|about|another|delay)\\W+)*((?:\\d+(?:\\.\\d+)?\\s*${UNIT}\\b[\\s,]*(?:and\\s+)?)+)`,
  'i',
)
/** As in `retry-after: 600`. */
const BARE_SECONDS = /^-(?:after|delay)\W+(\d{1,6})(?![\w.:/-])/i

function durationEnd(text: string, now: number): number | undefined {
  // `5h32m12s` is three amounts, each of which ends where a letter meets a digit.
  const spaced = text.replaceAll(/([a-z])(?=\d)/gi, '$1 ')
  const [, amounts] = DURATION.exec(spaced) ?? []
  if (amounts) {
    const parts = [...amounts.matchAll(/(?<![\d.])(\d+(?:\.\d+)?)\s*([a-z]+)/gi)]
    return now + parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * unitMs(unit), 0)
  }
  const [, seconds] = BARE_SECONDS.exec(text) ?? []
  return seconds === undefined ? undefined : now + Number(seconds) * 1_000
}

const unitMs = (unit: string): number => UNIT_MS.find(([pattern]) => pattern.test(unit))?.[1] ?? 0

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

/** How long after a time of day a message may still mean today's. */
const JUST_PASSED_MS = 10 * 60_000
const DAY_MS = 86_400_000

/** The time that a date, a weekday or a time of day at the start of a text means. */
function dateEnd(text: string, now: number): number | undefined {
  const zone = zoneIn(text)
  const clock = clockIn(text)
  const today = dayAt(now, zone)
  const at = (day: Day) => timeOf({ ...day, ...(clock ?? MIDNIGHT) }, zone)
  const dated = dateIn(text, today)
  if (dated) {
    const end = at(dated.day)
    return dated.hasYear || end === undefined || end > now - 30 * DAY_MS
      ? end
      : at({ ...dated.day, year: dated.day.year + 1 })
  }
  const days = daysAhead(text, today)
  if (days === undefined && !clock) return undefined
  const first = shifted(today, days ?? 0)
  const end = at(first)
  if (end === undefined || end > now - JUST_PASSED_MS) return end
  return at(shifted(first, days === undefined ? 1 : 7))
}

function clockIn(text: string): Clock | undefined {
  if (/\bmidnight\b/i.test(text)) return MIDNIGHT
  if (/\bnoon\b/i.test(text)) return { ...MIDNIGHT, hour: 12 }
  const [, hour, minute = '0', second = '0', half] =
    /(?<![\d/.:-])(\d{1,2})(?::(\d\d))?(?::(\d\d)(?:\.\d+)?)?\s*([ap])\.?m\b/i.exec(text) ??
    /(?<![\d/.:-]|[+-]\d)(?<=\b|T)(\d{1,2}):(\d\d)(?::(\d\d))?/.exec(text) ??
    []
  if (hour === undefined) return undefined
  const hours = half ? (Number(hour) % 12) + (half.toLowerCase() === 'p' ? 12 : 0) : Number(hour)
  return hours < 24 && Number(minute) < 60 ? { hour: hours, minute: Number(minute), second: Number(second) } : undefined
}

function dateIn(text: string, today: Day): { day: Day; hasYear: boolean } | undefined {
  const [, isoYear, isoMonth, isoDay] = /\b(\d{4})-(\d\d)-(\d\d)/.exec(text) ?? []
  if (isoYear) return { day: { year: Number(isoYear), month: Number(isoMonth), day: Number(isoDay) }, hasYear: true }
  const [, usMonth, usDay, usYear] = /\b(\d{1,2})\/(\d{1,2})\/(\d{4})\b/.exec(text) ?? []
  if (usMonth) return { day: { year: Number(usYear), month: Number(usMonth), day: Number(usDay) }, hasYear: true }
  const names = MONTHS.join('|')
  const [, name, day, year] =
    new RegExp(`\\b(${names})[a-z]*\\.?\\s+(\\d{1,2})(?:st|nd|rd|th)?\\b(?!:)(?:,?\\s+(\\d{4})\\b)?`, 'i').exec(text) ??
    []
  const [, day2, name2, year2] =
    new RegExp(`\\b(\\d{1,2})(?:st|nd|rd|th)?\\s+(${names})[a-z]*\\.?(?:,?\\s+(\\d{4})\\b)?`, 'i').exec(text) ?? []
  const month = MONTHS.indexOf((name ?? name2 ?? '').slice(0, 3).toLowerCase()) + 1
  if (month === 0) return undefined
  const found = { year: Number(year ?? year2 ?? today.year), month, day: Number(day ?? day2) }
  return { day: found, hasYear: (year ?? year2) !== undefined }
}

/** Days until the weekday that a text names, or until tomorrow. */
function daysAhead(text: string, today: Day): number | undefined {
  if (/\btomorrow\b/i.test(text)) return 1
  const [, name] = new RegExp(`\\b(${WEEKDAYS.join('|')})(?:[a-z]*day|[a-z]{0,2})\\b`, 'i').exec(text) ?? []
  if (!name) return undefined
  const weekday = new Date(Date.UTC(today.year, today.month - 1, today.day)).getUTCDay()
  return (WEEKDAYS.indexOf(name.toLowerCase()) - weekday + 7) % 7
}

/** A zone's name as Intl takes it, an offset included; undefined for our own. */
function zoneIn(text: string): string | undefined {
  if (/\d{4}-\d\d-\d\dT[\d:.]+Z/.test(text)) return 'UTC'
  const [, named, abbreviated, offset] =
    /\(([A-Za-z][\w/+-]*)\)|\b(UTC|GMT|[ECMP][SD]T|CET|CEST|BST|PT|ET)\b|:\d\d\s*([+-]\d\d:?\d\d)\b/.exec(text) ?? []
  const name = named ?? abbreviated ?? offset?.replace(/^([+-]\d\d):?(\d\d)$/, '$1:$2')
  return name === undefined ? undefined : (ABBREVIATIONS[name] ?? name)
}

/** Where Intl doesn't know them, or takes them for a fixed offset. */
const ABBREVIATIONS: Record<string, string> = {
  ...{ EST: 'America/New_York', EDT: 'America/New_York', ET: 'America/New_York' },
  ...{ CST: 'America/Chicago', CDT: 'America/Chicago', MST: 'America/Denver', MDT: 'America/Denver' },
  ...{ PST: 'America/Los_Angeles', PDT: 'America/Los_Angeles', PT: 'America/Los_Angeles' },
  ...{ CET: 'Europe/Paris', CEST: 'Europe/Paris', BST: 'Europe/London' },
}
