import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { startSampleService } from '../support/sample-service.ts'
import { root, temporaryFolder } from '../support/service-process.ts'
import { waitFor } from '../support/wait.ts'
import { plot } from './plot.ts'
import { fillList, generateOnce, work } from './workload.ts'

/** How long the work is measured; before that it warms up for a sixth as long. */
const MINUTES = Number(process.env.MEMORY_MINUTES ?? 30)
const SAMPLES = 120
const MIB = 1024 ** 2

test(`${MINUTES} minutes of four pollers, a writer and a reader leave the service's memory as it was`, async () => {
  await using folder = await temporaryFolder('memory')
  const report = join(folder.path, 'memory.jsonl')
  await writeFile(report, '')
  const slugs = Array.from({ length: 12 }, (_, index) => `page-${index + 1}`)
  await using sample = await startSampleService(
    { slugs },
    {
      NODE_OPTIONS: `--import=${root}test/long/report-memory.ts`,
      MEMORY_REPORT: report,
      LOG_LEVEL: 'warn',
      MAX_ACTIVE_TASKS: '1',
    },
  )
  const started = Date.now()
  const measure = async () => {
    const lines = async () => (await readFile(report, 'utf8')).split('\n').slice(0, -1)
    const before = (await lines()).length
    process.kill(sample.service.pid, 'SIGUSR2')
    await waitFor('a report of the memory', lines, ({ length }) => length > before)
    const { rss, heapUsed, external } = JSON.parse((await lines()).at(-1) ?? '')
    return { minutes: (Date.now() - started) / 60_000, rss: rss / MIB, held: (heapUsed + external) / MIB }
  }

  await fillList(sample)
  await generateOnce(sample)
  const stop = new AbortController()
  const working = work(sample, stop.signal)
  const samples: Awaited<ReturnType<typeof measure>>[] = []
  const warmedUpAt = started + MINUTES * 10_000
  const endsAt = warmedUpAt + MINUTES * 60_000
  while (Date.now() < endsAt) {
    samples.push(await measure())
    await Promise.race([sleep((MINUTES * 70_000) / SAMPLES), working]).catch((cause) => {
      throw new Error(`The work broke off. The service's log:\n${sample.service.output()}`, { cause })
    })
  }
  stop.abort()
  const done = await working

  const measured = samples.filter(({ minutes }) => minutes >= MINUTES / 6)
  const fifth = Math.ceil(measured.length / 5)
  const compare = (value: (sample: (typeof samples)[number]) => number) => {
    const [first, last] = [measured.slice(0, fifth), measured.slice(-fifth)].map((part) => median(part.map(value)))
    return { first: Math.round(first ?? 0), last: Math.round(last ?? 0), growth: (last ?? 0) / (first ?? 1) }
  }
  const [rss, held] = [compare((sample) => sample.rss), compare((sample) => sample.held)]
  console.log({ ...done, rss, held })
  const series = (name: string, color: string, value: (sample: (typeof samples)[number]) => number) => ({
    name,
    color,
    points: samples.map((sample) => ({ x: sample.minutes, y: value(sample) })),
  })
  const title = `The service on one machine: ${done.polls} polls, ${done.generations} generations, ${done.downloads} downloads`
  await writeFile(
    join(root, 'docs/memory.svg'),
    plot(title, { x: 'minutes', y: 'MiB' }, [
      series('resident set', '#0b62a8', (sample) => sample.rss),
      series('heap and buffers in use', '#b4500b', (sample) => sample.held),
    ]),
  )
  expect(rss.growth).toBeLessThanOrEqual(1.1)
  expect(held.growth).toBeLessThanOrEqual(1.1)
})

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
