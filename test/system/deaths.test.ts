import { join } from 'node:path'
import { expect, test } from 'vitest'
import { apiOf } from '../support/api.ts'
import { isAlive, processesWith } from '../support/processes.ts'
import { makeRepository, sampleFiles } from '../support/repository.ts'
import { type ScriptedCli, writeScriptedCli } from '../support/scripted-cli.ts'
import { startServiceProcess, temporaryFolder } from '../support/service-process.ts'

const slugs = ['one', 'two', 'three', 'four']
const script = { slugs, pages: { three: 'wait-for-go', four: 'wait-for-go' } } as const

/** How often each plan or page was asked for. */
async function asked(cli: ScriptedCli): Promise<Record<string, number>> {
  const calls = Object.groupBy(await cli.calls(), ({ what }) => what)
  return Object.fromEntries(Object.entries(calls).map(([what, list = []]) => [what, list.length]))
}

test('a killed runner is replaced, and nothing it had finished is asked for again', async () => {
  await using folder = await temporaryFolder('kill-runner')
  const repository = join(folder.path, 'adder')
  await makeRepository(repository, sampleFiles)
  const cli = await writeScriptedCli(folder.path, { ...script })
  const dataDir = join(folder.path, 'data')
  const service = await startServiceProcess(dataDir, { AI_CLI_CLAUDE: cli.path, ANTHROPIC_API_KEY: 'test-key' })
  try {
    const api = apiOf(service)
    const { generation_id } = (await api.post('/api/generate', { repo_path: repository })).json
    await api.until(generation_id, { page_count: 2 })
    const held = (await cli.calls()).filter(({ what }) => what === 'three' || what === 'four')
    for (const pid of await runnersOf(dataDir)) process.kill(pid, 'SIGKILL')
    await api.until(generation_id, { attempt: 2 })
    for (const { pid } of held) expect(await isAlive(pid)).toBe(false)
    await cli.go()
    const ended = await api.settled(generation_id)
    expect(ended).toMatchObject({ status: 'ready', page_count: 4, attempt: 2, error_message: null })
    expect(await asked(cli)).toEqual({ plan: 1, one: 1, two: 1, three: 2, four: 2 })
  } finally {
    await service.stop()
  }
})

test('a killed service settles everything by itself after a restart', async () => {
  await using folder = await temporaryFolder('kill-service')
  const repository = join(folder.path, 'adder')
  await makeRepository(repository, sampleFiles)
  const cli = await writeScriptedCli(folder.path, { ...script })
  const dataDir = join(folder.path, 'data')
  const environment = { AI_CLI_CLAUDE: cli.path, ANTHROPIC_API_KEY: 'test-key' }
  const first = await startServiceProcess(dataDir, environment)
  const { generation_id } = (await apiOf(first).post('/api/generate', { repo_path: repository })).json
  await apiOf(first).until(generation_id, { page_count: 2 })
  await first.kill()
  await cli.go()
  const second = await startServiceProcess(dataDir, environment)
  try {
    const api = apiOf(second)
    expect(await api.settled(generation_id)).toMatchObject({ status: 'ready', page_count: 4, attempt: 2 })
    expect((await asked(cli)).one).toBe(1)
    expect((await asked(cli)).plan).toBe(1)
  } finally {
    await second.stop()
  }
  expect(await runnersOf(dataDir)).toEqual([])
})

test('a generation whose task dies three times in a row ends in an error that gives the reason', async () => {
  await using folder = await temporaryFolder('three-deaths')
  const repository = join(folder.path, 'adder')
  await makeRepository(repository, sampleFiles)
  const cli = await writeScriptedCli(folder.path, { slugs: ['one'], otherPages: 'hang' })
  const dataDir = join(folder.path, 'data')
  const service = await startServiceProcess(dataDir, { AI_CLI_CLAUDE: cli.path, ANTHROPIC_API_KEY: 'test-key' })
  try {
    const api = apiOf(service)
    const { generation_id } = (await api.post('/api/generate', { repo_path: repository })).json
    for (const attempt of [1, 2, 3]) {
      await api.until(generation_id, { attempt, current_stage: 'generating_pages' })
      for (const pid of await runnersOf(dataDir)) process.kill(pid, 'SIGKILL')
    }
    const ended = await api.settled(generation_id)
    expect(ended.status).toBe('error')
    expect(ended.error_message).toMatch(/^The task ended 3 times without a result\. The last reason: .+/)
    expect((await api.post('/api/generate', { repo_path: repository })).status).toBe(202)
  } finally {
    await service.stop()
  }
})

/** The runners of the service with this data: their environment, which `ps e` shows, names the folder. */
async function runnersOf(dataDir: string): Promise<number[]> {
  const { execFile } = await import('node:child_process')
  const { promisify } = await import('node:util')
  const { stdout } = await promisify(execFile)('ps', ['axeww', '-o', 'pid=,args='], { maxBuffer: 64 * 1024 * 1024 })
  const runners = await processesWith('runner/main.ts')
  return stdout
    .split('\n')
    .filter((line) => line.includes(dataDir))
    .map((line) => Number.parseInt(line, 10))
    .filter((pid) => runners.includes(pid))
}
