/** A time of the API (UTC, with or without a zone) in the reader's zone. */
export const localTime = (time: string | null): string => (time === null ? '' : times.format(new Date(dateOf(time))))

const times = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

/** Milliseconds since 1970 of a time of the API. */
export const dateOf = (time: string): number => Date.parse(time.includes('T') ? time : `${time.replace(' ', 'T')}Z`)

/** `1 h 2 min`, `3 min 4 s` or `5 s` */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  if (hours > 0) return `${hours} h ${minutes} min`
  return minutes > 0 ? `${minutes} min ${rest} s` : `${rest} s`
}

/** US dollars; an unknown sum is `unknown`. */
export const dollars = (sum: number | null): string => (sum === null ? 'unknown' : money.format(sum))

const money = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' })
