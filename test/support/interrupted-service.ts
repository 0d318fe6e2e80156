import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Api, apiOf, type Reply } from './api.ts'
import { makeRepository, sampleFiles } from './repository.ts'
import { type ScriptedCli, writeScriptedCli } from './scripted-cli.ts'
import { Seeded } from './seeded.ts'
import { type ServiceProcess, startServiceProcess, temporaryFolder } from './service-process.ts'
import { runningTasks, taskProcesses } from './tasks.ts'

interface Plan {
  /** How often the service gets SIGKILL, and how often SIGTERM. */
  kills: number
  restarts: number
  generations: number
  /** Chooses the moments, and which signal comes when. */
  seed: number
  note?: (text: string) => void
}

/** What became of the generations, and what is left when the service has ended. */
export interface Aftermath {
  ended: Reply['json'][]
  /** In how many of the interruptions a task was running. */
  hits: number
  calls: number
  /** Calls that were made again because the first was in flight. */
  repeated: number
  /** Calls that were made again although they were not; empty when nothing was paid for twice. */
  paidTwice: string[]
  processes: number[]
  /** Of the folders of all tasks, what is neither their record nor their log. */
  files: string[]
}

const PAGES_AT_ONCE = 2
const slugs = ['one', 'two', 'three', 'four', 'five', 'six']
/** A model takes its time. */
const answersAfterMs: [number, number] = [200, 1_200]

/** Ends the whole service again and again while it makes generations, then lets it finish them. */
export async function interruptAgainAndAgain(plan: Plan): Promise<Aftermath> {
  const { generations, kills, restarts, note = () => undefined } = plan
  await using folder = await temporaryFolder('interrupted')
  const repository = join(folder.path, 'adder')
  await makeRepository(repository, sampleFiles)
  const cli = await writeScriptedCli(folder.path, { slugs, answersAfterMs })
  const dataDir = join(folder.path, 'data')
  const environment = {
    ...{ AI_CLI_CLAUDE: cli.path, ANTHROPIC_API_KEY: 'test-key', ADMIN_KEY: 'an-admin-key-for-tests' },
    ...{ MAX_ACTIVE_TASKS: '4', MAX_ACTIVE_PER_OWNER: '4', MAX_CONCURRENT_PAGES: String(PAGES_AT_ONCE) },
    SWEEP_SECONDS: '1',
  }
  const random = new Seeded(plan.seed)
  const signals = shuffled(random, [...Array(kills).fill('SIGKILL'), ...Array(restarts).fill('SIGTERM')])
  const ids: string[] = []
  let hits = 0
  let service: ServiceProcess | undefined
  try {
    for (const [index, signal] of signals.entries()) {
      service = await startServiceProcess(dataDir, environment)
      // Asked for bit by bit, so that there is work to be interrupted until the last time.
      while (ids.length < Math.ceil(((index + 1) * generations) / signals.length)) {
        ids.push(await request(apiOf(service), repository, ids.length))
      }
      await untilRandomMoment(random, cli, dataDir)
      if ((await runningTasks(dataDir)).length > 0) hits++
      await (signal === 'SIGKILL' ? service.kill() : service.stop())
      note(`${index + 1} of ${signals.length}: ${signal}; calls so far: ${(await cli.calls()).length}`)
    }
    service = await startServiceProcess(dataDir, environment)
    const api = apiOf(service)
    const ended = await Promise.all(ids.map((id) => api.settled(id)))
    await service.stop()
    const [processes, files] = [await taskProcesses(dataDir), await filesOfTasks(dataDir)]
    return { ended, hits, processes, files, ...audit(await cli.calls()) }
  } finally {
    await service?.stop()
  }
}

async function request(api: Api, repository: string, number: number): Promise<string> {
  const { status, json } = await api.post('/api/generate', { repo_path: repository, ai_model: `m-${number}` })
  if (status !== 202) throw new Error(`${status}: ${JSON.stringify(json)}`)
  return json.generation_id
}

/** All that goes on may have to wait after so many interruptions, or has ended: then this one comes all the same. */
const QUIET_MS = 4_000
const LONGEST_MS = 15_000

/** Right after a task has started, or when some more calls have begun: in one of them, or just after it. */
async function untilRandomMoment(random: Seeded, cli: ScriptedCli, dataDir: string): Promise<void> {
  const before = (await cli.calls()).length
  const more = random.chance(0.3) ? 0 : random.between(1, 6)
  const latest = Date.now() + LONGEST_MS
  let lastBusy = Date.now()
  while (Date.now() < Math.min(latest, lastBusy + QUIET_MS)) {
    const isBusy = (await runningTasks(dataDir)).length > 0
    if (isBusy && (await cli.calls()).length >= before + more) break
    if (isBusy) lastBusy = Date.now()
    await sleep(50)
  }
  await sleep(random.between(0, 1_200))
}

function shuffled<Entry>(random: Seeded, entries: Entry[]): Entry[] {
  const left = [...entries]
  return entries.map(() => left.splice(random.between(0, left.length - 1), 1)[0] as Entry)
}

type Call = Awaited<ReturnType<ScriptedCli['calls']>>[number]

/**
 * Judges by what was asked, and by whom: a runner asks for the plan alone, and for a further page only when one of those before it
 * is stored. So of what it has asked for, only as much as it has in flight at once may be asked for again by those after it.
 */
function audit(calls: Call[]): Pick<Aftermath, 'calls' | 'repeated' | 'paidTwice'> {
  const paidTwice: string[] = []
  let repeated = 0
  for (const [model, ofModel = []] of Object.entries(Object.groupBy(calls, (call) => call.model))) {
    const byRunner = Map.groupBy(ofModel, runnerOf)
    for (const [runner, asked] of byRunner) {
      const names = asked.map(({ what }) => what)
      const later = ofModel.slice(ofModel.lastIndexOf(asked.at(-1) as Call) + 1).map(({ what }) => what)
      const again = names.filter((what) => later.includes(what))
      repeated += again.length
      const twice = names.length > new Set(names).size
      const planToo = again.includes('plan') && names.length > 1
      if (twice || planToo || again.length > PAGES_AT_ONCE) {
        paidTwice.push(`${model}, ${runner}: ${names.join(' ')}; asked for again: ${again.join(' ')}`)
      }
    }
  }
  return { calls: calls.length, repeated, paidTwice }
}

/** A call's HOME lies in the folder of its task. */
const runnerOf = ({ home }: Call): string => /\/tasks\/([0-9a-f]+)\//.exec(home)?.[1] ?? home

async function filesOfTasks(dataDir: string): Promise<string[]> {
  const tasks = join(dataDir, 'ecs', 'tasks')
  const folders = await readdir(tasks)
  const files = await Promise.all(
    folders.map(async (id) => (await readdir(join(tasks, id))).map((name) => `${id}/${name}`)),
  )
  return files.flat().filter((path) => !/\/(task\.json|output\.log)$/.test(path))
}
