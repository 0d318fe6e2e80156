/** A day of the calendar. */
export interface Day {
  year: number
  /** From 1. */
  month: number
  day: number
}

/** A time of day. */
export interface Clock {
  hour: number
  minute: number
  second: number
}

export const MIDNIGHT: Clock = { hour: 0, minute: 0, second: 0 }

/** The day that the calendar of a zone shows; ours, if the zone is undefined or unknown. */
export const dayAt = (time: number, zone: string | undefined): Day =>
  fieldsAt(time, zone) ?? fieldsAt(time, undefined) ?? NO_DAY

const NO_DAY: Day & Clock = { year: 1970, month: 1, day: 1, ...MIDNIGHT }

export function shifted({ year, month, day }: Day, days: number): Day {
  const date = new Date(Date.UTC(year, month - 1, day + days))
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
}

/** The moment at which a zone's clock and calendar show this; undefined for an unknown zone. */
export function timeOf(fields: Day & Clock, zone: string | undefined): number | undefined {
  const asUtc = ({ year, month, day, hour, minute, second }: Day & Clock) =>
    Date.UTC(year, month - 1, day, hour, minute, second)
  const wanted = asUtc(fields)
  let time = wanted
  // The offset at a moment near by may differ from that at the moment itself.
  for (let round = 0; round < 2; round++) {
    const shown = fieldsAt(time, zone)
    if (!shown) return undefined
    time += wanted - asUtc(shown)
  }
  return time
}

/** What clock and calendar of a zone show. Undefined for an unknown zone. */
function fieldsAt(time: number, zone: string | undefined): (Day & Clock) | undefined {
  try {
    const format = new Intl.DateTimeFormat('en-GB', {
      ...(zone === undefined ? {} : { timeZone: zone }),
      ...{ year: 'numeric', month: 'numeric', day: 'numeric' },
      ...{ hour: 'numeric', minute: 'numeric', second: 'numeric', hourCycle: 'h23' },
    })
    const parts = format.formatToParts(time)
    const of = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((part) => part.type === type)?.value)
    const [year, month, day] = [of('year'), of('month'), of('day')]
    return { year, month, day, hour: of('hour'), minute: of('minute'), second: of('second') }
  } catch {
    return undefined
  }
}
