/** Now, as records keep it: UTC ISO 8601 with milliseconds, so that text order is time order. */
export const now = (): string => new Date().toISOString()

/** The time that lies `minutes` after `from`. */
export const minutesAfter = (from: string, minutes: number): string =>
  new Date(Date.parse(from) + minutes * 60_000).toISOString()

/** Seconds from one time to another: none where clocks that disagree have them in the wrong order. */
export const secondsBetween = (from: string, to: string): number =>
  Math.max(0, Date.parse(to) - Date.parse(from)) / 1_000

/** Milliseconds since `then`. */
export const millisecondsSince = (then: string): number => Date.now() - Date.parse(then)

/** The time of day that messages name: `HH:MM:SS`, UTC. */
export const clockTime = (time: string): string => time.slice(11, 19)

/** As the API shows times: `YYYY-MM-DD HH:MM:SS`, UTC. */
export function apiTime(time: string): string
export function apiTime(time: string | undefined): string | null
export function apiTime(time: string | undefined): string | null {
  return time?.replace('T', ' ').slice(0, 19) ?? null
}
