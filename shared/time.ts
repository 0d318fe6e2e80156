/** The current time as stored in records: UTC ISO 8601 with milliseconds, which sorts chronologically. */
export const now = (): string => new Date().toISOString()

/** The time `minutes` after `from`. */
export const minutesAfter = (from: string, minutes: number): string =>
  new Date(Date.parse(from) + minutes * 60_000).toISOString()

/** Seconds between two times; 0 if clock skew put them in the wrong order. */
export const secondsBetween = (from: string, to: string): number =>
  Math.max(0, Date.parse(to) - Date.parse(from)) / 1_000

/** Milliseconds since `then`. */
export const millisecondsSince = (then: string): number => Date.now() - Date.parse(then)

/** The time of day for messages: `HH:MM:SS`, UTC. */
export const clockTime = (time: string): string => time.slice(11, 19)

/** A time in the API's format: `YYYY-MM-DD HH:MM:SS`, UTC. */
export function apiTime(time: string): string
export function apiTime(time: string | undefined): string | null
export function apiTime(time: string | undefined): string | null {
  return time?.replace('T', ' ').slice(0, 19) ?? null
}
