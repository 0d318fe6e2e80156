import { virtualiseTime } from '../../simulation/simulated-process.ts'
import { Clock } from './clock.ts'
import { report } from './report.ts'
import { type Load, Service } from './service.ts'

/**
 * `npm run bench:throughput [words]`: the service under load on a virtual clock, or only the loads whose name has these words. Nothing is
 * timed: the code is the service's own, and the limits are those that AWS documents.
 */
const usual = { noisyPart: 0.8, owners: 21, spotLosses: 0.05 }
const ten = { ...usual, jobsPerHour: 10_000, workMinutes: 10 }
const hundred = { ...usual, jobsPerHour: 100_000, workMinutes: 2 }

const loads: Record<string, Load> = {
  '10,000 an hour, enough tasks': { ...ten, minutes: 40, maxActive: 2_500, maxActivePerOwner: 2_000, quota: 2_500 },
  '10,000 an hour, a third of the tasks': { ...ten, minutes: 30, maxActive: 600, maxActivePerOwner: 400, quota: 600 },
  '10,000 an hour, limits above the quota': {
    ...ten,
    minutes: 30,
    maxActive: 2_500,
    maxActivePerOwner: 2_000,
    quota: 500,
  },
  '100,000 an hour, enough tasks': {
    ...hundred,
    minutes: 3,
    maxActive: 6_000,
    maxActivePerOwner: 5_000,
    quota: 6_000,
  },
}

virtualiseTime()
const [words = ''] = process.argv.slice(2)
for (const [name, load] of Object.entries(loads)) {
  if (!name.includes(words)) continue
  const service = new Service(new Clock(), load)
  await service.play()
  console.log(report(name, load, service))
}
