import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { type Api, apiOf, type Reply } from '../support/api.ts'
import { makeRepository, sampleFiles } from '../support/repository.ts'
import { type Script, writeScriptedCli } from '../support/scripted-cli.ts'
import { type ServiceProcess, startServiceProcess, startToTheEnd, temporaryFolder } from '../support/service-process.ts'
import { canBreakDisks, canMount, mountBreakableDisk, mountSmallDisk } from '../support/small-disk.ts'
import { taskProcesses } from '../support/tasks.ts'
import { waitFor } from '../support/wait.ts'

/** Small disks need Linux and root. */
const testOnDisk = test.skipIf(!(await canMount()))
const testOnBreakableDisk = test.skipIf(!(await canBreakDisks()))

testOnDisk(
  'a disk that is too small for the clone ends in an error that says what to do; a smaller repository is fine',
  async () => {
    await using folder = await temporaryFolder('disk')
    const data = join(folder.path, 'data')
    await using _disk = await mountSmallDisk(join(data, 'ecs/tasks'), 4)
    await makeRepository(join(folder.path, 'large'), {
      ...sampleFiles,
      'noise.txt': randomBytes(6_000_000).toString('hex'),
    })
    await makeRepository(join(folder.path, 'adder'), sampleFiles)
    const cli = await writeScriptedCli(folder.path, { slugs: ['one'] })
    const service = await startServiceProcess(data, {
      AI_CLI_CLAUDE: cli.path,
      ANTHROPIC_API_KEY: 'k',
    })
    try {
      const api = apiOf(service)
      const large = (await api.post('/api/generate', { repo_path: join(folder.path, 'large') })).json
      expect(await api.settled(large.generation_id)).toMatchObject({
        status: 'error',
        attempt: 1,
        error_message: expect.stringMatching(/^The task's disk is full\. .+ and try again\.$/),
      })
      expect(await cli.calls()).toEqual([])
      const small = (await api.post('/api/generate', { repo_path: join(folder.path, 'adder') })).json
      expect(await api.settled(small.generation_id)).toMatchObject({ status: 'ready', page_count: 1 })
    } finally {
      await service.stop()
    }
  },
)

const GENERATIONS = 10

/** One half is asked for its second page, the other for its plan, when the disk is full. */
const script: Script = {
  slugs: ['one', 'two'],
  models: Object.fromEntries(
    Array.from({ length: GENERATIONS }, (_, number) => [
      `model-${number}`,
      number % 2 ? { pages: { two: 'wait-for-go' as const } } : { plan: 'wait-for-go' as const },
    ]),
  ),
}

testOnDisk(
  'a full disk in the midst of ten generations: sites are read all the while, writes say when to ask again, and with room every generation ends well, nothing paid twice',
  async () => {
    await using folder = await temporaryFolder('full')
    await using disk = await mountSmallDisk(join(folder.path, 'data'), 48)
    await makeRepository(join(folder.path, 'adder'), sampleFiles)
    const cli = await writeScriptedCli(folder.path, script)
    const service = await startServiceProcess(disk.path, {
      AI_CLI_CLAUDE: cli.path,
      ANTHROPIC_API_KEY: 'k',
      SWEEP_SECONDS: '2',
      MAX_ACTIVE_PER_OWNER: '20',
    })
    try {
      const api = apiOf(service)
      const ask = (model: string) =>
        api.post('/api/generate', { repo_path: join(folder.path, 'adder'), ai_model: model })
      const published = (await ask('published')).json.generation_id
      expect(await api.settled(published)).toMatchObject({ status: 'ready' })
      const reader = startReading(service)

      const models = Object.keys(script.models ?? {})
      const ids = await Promise.all(models.map(async (model) => (await ask(model)).json.generation_id))
      // The published site's three, the plan of each half, and two pages more of one of them.
      const count = 3 + GENERATIONS + GENERATIONS
      await cli.untilCalls(`${count} calls`, ({ length }) => length >= count)
      await disk.fill()
      const refused = await untilRefused(ask)
      expect(refused.status).toBe(503)
      expect(refused.headers.get('retry-after')).toMatch(/^\d+$/)
      expect(refused.json.detail).toBe('Service temporarily unavailable. Please retry.')
      await cli.go()
      await reader.reads(150)
      expect((await ask('meanwhile')).status).toBe(503)
      await disk.makeRoom()

      for (const id of ids) {
        expect(await api.settled(id), service.output().slice(-3_000)).toMatchObject({ status: 'ready', page_count: 2 })
      }
      const calls = (await cli.calls()).map(({ model, what }) => `${model} ${what}`)
      expect(calls.toSorted()).toEqual([...new Set(calls)].toSorted())
      expect(await reader.end()).toEqual([])
      expect(service.output()).toMatch(/The disk that holds \S+ is full\. Free some space on it\./)
      expect(service.output()).not.toMatch(/^ {4}at /m)
    } finally {
      await service.stop()
    }
    expect(await taskProcesses(disk.path)).toEqual([])
  },
)

testOnBreakableDisk(
  'a disk that turns read-only: sites are read on, writes are refused, the service ends in order, and starts only when it can write',
  async () => {
    await using folder = await temporaryFolder('read-only')
    const data = join(folder.path, 'data')
    await using disk = await mountBreakableDisk(data, 64)
    await makeRepository(join(folder.path, 'adder'), sampleFiles)
    const cli = await writeScriptedCli(folder.path, script)
    const env = { AI_CLI_CLAUDE: cli.path, ANTHROPIC_API_KEY: 'k', SWEEP_SECONDS: '2' }
    const ask = (api: Api, model: string) =>
      api.post('/api/generate', { repo_path: join(folder.path, 'adder'), ai_model: model })
    let generationId = ''
    const first = await startServiceProcess(data, env)
    try {
      const api = apiOf(first)
      expect(await api.settled((await ask(api, 'published')).json.generation_id)).toMatchObject({ status: 'ready' })
      generationId = (await ask(api, 'model-1')).json.generation_id
      await api.until(generationId, { page_count: 1 })

      await disk.makeReadOnly()
      const reader = startReading(first)
      expect((await untilRefused((model) => ask(api, model))).status).toBe(503)
      await cli.go()
      await reader.reads(150)
      expect((await ask(api, 'meanwhile')).status).toBe(503)
      expect(await reader.end()).toEqual([])
    } finally {
      await first.stop()
    }
    expect(first.output()).toMatch(/The disk that holds \S+ is read-only\. Make it writable\./)
    expect(first.output()).not.toMatch(/^ {4}at /m)
    expect(await taskProcesses(data)).toEqual([])
    expect(await startToTheEnd({ ...env, DATA_DIR: data })).toMatchObject({
      code: 1,
      output: `The disk that holds ${data} is read-only. Make it writable, or set DATA_DIR to another folder, then start again.\n`,
    })

    await disk.remount()
    const second = await startServiceProcess(data, env)
    try {
      expect(await apiOf(second).settled(generationId)).toMatchObject({ status: 'ready', page_count: 2 })
    } finally {
      await second.stop()
    }
  },
)

testOnDisk(
  'a disk that is full before the start: the message says what to do, and with room the service starts',
  async () => {
    await using folder = await temporaryFolder('full-before')
    await using disk = await mountSmallDisk(join(folder.path, 'data'), 16)
    const before = await startServiceProcess(disk.path)
    await before.stop()
    await disk.fill()
    expect(await startToTheEnd({ DATA_DIR: disk.path })).toMatchObject({
      code: 1,
      output: `The disk that holds ${disk.path} is full. Free some space on it, then start again.\n`,
    })
    await disk.makeRoom()
    const after = await startServiceProcess(disk.path)
    await after.stop()
    expect(after.output()).toContain('docsfy runs at')
  },
)

/** Asks for one generation after the other until one is refused. */
async function untilRefused(ask: (model: string) => Promise<Reply>): Promise<Reply> {
  let number = 0
  return await waitFor(
    'a generation to be refused',
    () => ask(`until-${number++}`),
    ({ status }) => status !== 202,
    { every: 0 },
  )
}

/** Reads what everybody reads who does not write: a site, its archive, the list, a variant, over and over. */
function startReading(service: ServiceProcess) {
  const api: Api = apiOf(service)
  const paths = [
    '/docs/adder/claude/published/',
    '/docs/adder/claude/published/one.html',
    '/api/projects/adder/claude/published',
    '/api/projects/adder/claude/published/download',
    '/api/projects/adder/claude/published/log',
    '/api/status',
    '/api/auth/me',
  ]
  const failures: string[] = []
  let count = 0
  let ended = false
  const read = async () => {
    while (!ended) {
      for (const path of paths) {
        const { status, text } = await api.get(path).catch((error) => ({ status: 0, text: String(error) }))
        count++
        if (status !== 200) failures.push(`${path}: ${status} ${text.slice(0, 200)}`)
      }
      await sleep(20)
    }
  }
  const reading = read()
  return {
    /** Resolves after so many more. */
    async reads(more: number) {
      const enough = count + more
      await waitFor(
        `${more} more reads`,
        () => count,
        () => count >= enough,
      )
    },
    /** Gives every read that failed. */
    async end() {
      ended = true
      await reading
      return failures
    },
  }
}
