import type { Job, Load, Service } from './service.ts'

/** What happened under a load, as Markdown. */
export function report(name: string, load: Load, service: Service): string {
  const { table, fargate, rings, clock } = service
  const seconds = load.minutes * 60
  const jobs = [...service.jobs.values()]
  const started = jobs.filter(({ startedAt }) => startedAt !== undefined)
  const rows = [
    ['asked for, started, done, taken by Spot', `${jobs.length}, ${started.length}, ${service.done}, ${service.lost}`],
    ['started per hour', Math.round((started.length / seconds) * 3_600)],
    ['most tasks at once', fargate.mostRunning],
    ['noisy owner: wait, median and p95', waits(jobs.filter(({ owner }) => owner === 'noisy'))],
    ['each other owner: wait, median and p95', waits(jobs.filter(({ owner }) => owner !== 'noisy'))],
    [
      'RunTask: slowed down, refused for the rate, for the quota',
      `${fargate.slowed}, ${fargate.refused.rate}, ${fargate.refused.quota}`,
    ],
    ['rings, most in a second of 300', `${rings.used}, ${rings.peak}`],
    ['dispatch: invocations, busy', `${service.dispatches}, ${Math.round((service.dispatchMs / seconds) * 0.1)} %`],
    ['longest sweep', `${Math.max(...service.sweepSeconds).toFixed(1)} s`],
    [
      'table: read and write units a second',
      `${Math.round(table.reads / seconds)}, ${Math.round(table.writes / seconds)}`,
    ],
    ...busiest(service).map(({ partition, peak, limit, throttled }) => [
      `${partition}: most in a second of ${limit}, throttled`,
      `${peak}, ${throttled}`,
    ]),
    ...[...service.failures].map(([what, times]) => [what, `${times} times`]),
  ]
  return [`\n${name}, ${load.minutes} minutes`, ...rows.map((row) => `| ${row.join(' | ')} |`)].join('\n')

  /** Whoever still waits has waited until now. */
  function waits(those: Job[]): string {
    const all = those
      .map(({ askedAt, startedAt = clock.time }) => (startedAt - askedAt) / 1_000)
      .toSorted((a, b) => a - b)
    const at = (quantile: number) => Math.round(all[Math.floor(all.length * quantile)] ?? 0)
    return `${at(0.5)} s, ${at(0.95)} s`
  }
}

/** The partitions that came nearest to their limit. */
const busiest = ({ table }: Service) =>
  [...table.buckets]
    .map(([partition, { rate, peak, throttled }]) => ({ partition, limit: rate, peak: Math.round(peak), throttled }))
    .toSorted((a, b) => b.peak / b.limit - a.peak / a.limit)
    .slice(0, 4)
