import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { apiOf } from '../support/api.ts'
import { startNpm } from '../support/npm-process.ts'
import { untilGone } from '../support/processes.ts'
import { makeRepository, sampleFiles } from '../support/repository.ts'
import { type Script, writeScriptedCli } from '../support/scripted-cli.ts'
import { startServiceProcess, temporaryFolder } from '../support/service-process.ts'
import { taskProcesses } from '../support/tasks.ts'
import { inTime } from '../support/wait.ts'

const adminKey = 'an-admin-key-for-tests'

/** The demo asks the provider about the key. */
const NO_SERVER = 'http://127.0.0.1:9'

/** A repository, a scripted CLI, and the environment of a program that uses it. */
async function prepare(script: Script) {
  const folder = await temporaryFolder('ends')
  const repository = join(folder.path, 'adder')
  await makeRepository(repository, sampleFiles)
  const cli = await writeScriptedCli(folder.path, script)
  const env = {
    AI_CLI_CLAUDE: cli.path,
    ANTHROPIC_API_KEY: 'test-key',
    ANTHROPIC_BASE_URL: NO_SERVER,
    ADMIN_KEY: adminKey,
  }
  return {
    repository,
    cli,
    env,
    dataDir: join(folder.path, 'data'),
    [Symbol.asyncDispose]: folder[Symbol.asyncDispose],
  }
}

const start = ['start'] as const
const demo = (repository: string) => ['run', 'demo', '--', repository, '--provider', 'claude', '--model', 'm'] as const
const hanging: Script = { slugs: ['one'], otherPages: 'hang' }

/** A program in the middle of a generation, whose CLI never ends by itself. */
async function startBusy(program: 'start' | 'demo', options: { terminal?: boolean } = {}) {
  const prepared = await prepare(hanging)
  const { repository, dataDir, env } = prepared
  const npm = startNpm({ args: program === 'start' ? start : demo(repository), dataDir, env, ...options })
  const url = await npm.said(/docsfy runs at (http:[^\s]+)/)
  if (program === 'start') await apiOf({ url, adminKey }).post('/api/generate', { repo_path: repository })
  await prepared.cli.untilCalls('two calls', ({ length }) => length === 2)
  const pids = await npm.pids()
  expect(pids).toEqual({ npm: expect.any(Number), node: expect.any(Number) })
  expect(await taskProcesses(dataDir)).not.toEqual([])
  return {
    npm,
    pids,
    /** npm, Node.js, runner and CLI are gone; the next one starts where this one was. */
    async hasEnded() {
      for (const pid of Object.values(pids)) await untilGone(pid)
      expect(await taskProcesses(dataDir)).toEqual([])
      await expect(fetch(url)).rejects.toThrow('fetch failed')
      const next = await startServiceProcess(dataDir, { ...env, PORT: new URL(url).port })
      await next.stop()
    },
    async [Symbol.asyncDispose]() {
      await npm[Symbol.asyncDispose]()
      await prepared[Symbol.asyncDispose]()
    },
  }
}

describe.each(['start', 'demo'] as const)('npm %s ends as one, with runner and CLI', (program) => {
  test.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL'] as const)('when npm alone gets %s', async (signal) => {
    await using busy = await startBusy(program)
    process.kill(busy.pids.npm, signal)
    await busy.hasEnded()
  })

  test('on Ctrl-C', async () => {
    await using busy = await startBusy(program, { terminal: true })
    busy.npm.child.stdin?.write('\x03')
    await busy.hasEnded()
  })

  test('when its terminal is closed', async () => {
    await using busy = await startBusy(program, { terminal: true })
    busy.npm.child.kill('SIGKILL')
    await busy.hasEnded()
  })

  test('when it is stopped twice in a row', async () => {
    await using busy = await startBusy(program)
    const again = setInterval(() => void kill(busy.pids.node), 200)
    kill(busy.pids.node)
    await busy.hasEnded().finally(() => clearInterval(again))
  })
})

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM')
  } catch {
    // It has ended.
  }
}

test('npm start in the background of a script keeps running after the script, without a terminal or input', async () => {
  await using prepared = await prepare({ slugs: ['one'] })
  const { repository, dataDir, env } = prepared
  // It reads a line, so that there is time to look at its children.
  await using npm = startNpm({ args: start, dataDir, env, script: '"$@" <&- & read line' })
  const url = await npm.said(/docsfy runs at (\S+)/)
  const { npm: pid } = await npm.pids()
  npm.child.stdin?.end('\n')
  await inTime('the script to end', once(npm.child, 'exit'))
  const api = apiOf({ url, adminKey })
  const { generation_id } = (await api.post('/api/generate', { repo_path: repository })).json
  expect(await api.settled(generation_id)).toMatchObject({ status: 'ready' })
  process.kill(pid, 'SIGTERM')
  await untilGone(pid)
})
