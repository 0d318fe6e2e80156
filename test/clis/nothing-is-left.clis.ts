import { mkdir, readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import pLimit from 'p-limit'
import { describe, expect, test } from 'vitest'
import { ask } from '../../runner/ai/call/ask.ts'
import { makeCallDirectory } from '../../runner/ai/call/call-directory.ts'
import { adapters } from '../../runner/ai/providers/adapters.ts'
import { spawnGroup } from '../../runner/process/spawn-group.ts'
import type { Log } from '../../shared/log.ts'
import { descriptors } from '../../shared/providers/descriptors.ts'
import { fakeAnthropic } from '../support/fake-anthropic.ts'
import { fakeGemini } from '../support/fake-gemini.ts'
import type { ModelScript } from '../support/model-script.ts'
import { titleOf } from '../support/question.ts'
import { quietLog } from '../support/quiet-log.ts'
import { makeRepository, sampleFiles } from '../support/repository.ts'
import { runnerEnv } from '../support/runner-env.ts'
import { temporaryFolder } from '../support/service-process.ts'
import { clis } from './clis.ts'

const TIMES = 50
const AT_ONCE = 4
const models = { claude: 'claude-opus-4-6', gemini: 'gemini-2.5-pro' }
type Real = keyof typeof models

/** Every answer hangs, in every third call only after a tool call. */
const hanging: ModelScript = ({ turn, task }) => {
  const reads = Number(task.slug) % 3 === 0 && turn === 0
  if (!reads) return { hangs: 'silent' }
  return { tools: [['Grep', { pattern: 'add' }]] }
}

describe.each(['claude', 'gemini'] as const)('%s leaves no process and no file behind', (provider) => {
  test(`after ${TIMES} aborted calls`, async () => {
    await fifty(provider, async (call) => {
      const stop = new AbortController()
      // At every stage: before it is up, while it starts, while it waits for the model.
      setTimeout(() => stop.abort(new Error('aborted')), (call.number * 53) % 3_000)
      await expect(ask(call.env, { ...call, timeoutMinutes: 5, signal: stop.signal })).rejects.toThrow('aborted')
    })
  })

  test(`after ${TIMES} calls that took too long`, async () => {
    await fifty(provider, async (call) => {
      const signal = new AbortController().signal
      const answer = await ask(call.env, {
        ...call,
        timeoutMinutes: (500 + ((call.number * 71) % 3_000)) / 60_000,
        signal,
      })
      expect(answer).toMatchObject({ ok: false, kind: 'timed-out' })
    })
  })

  test(`after ${TIMES} calls that stalled`, async () => {
    await fifty(provider, async (call) => {
      const adapter = adapters[provider]
      const user = { as: undefined, path: call.env.PATH }
      await using directory = await makeCallDirectory(call.scratch, adapter.files(call.env, call), user, call.log)
      const ended = await spawnGroup({
        ...{
          file: call.env[descriptors[provider].executable],
          args: adapter.args(call, directory.path),
          cwd: call.cwd,
          input: call.prompt,
        },
        env: {
          PATH: call.env.PATH,
          HOME: directory.path,
          TMPDIR: directory.path,
          ...adapter.environment(call.env, directory.path),
        },
        ...{ timeoutMs: 60_000, silenceMs: 2_000, onLine: adapter.read().line, stopSignal: adapter.stopSignal },
        signal: new AbortController().signal,
      })
      expect(ended.endedBy).toBe('silence')
    })
  })
})

interface Call {
  number: number
  env: ReturnType<typeof runnerEnv>
  provider: Real
  model: string
  prompt: string
  system: string
  maxTurns: number
  maxCostUsd: number
  cwd: string
  scratch: string
  log: Log
}

async function fifty(provider: Real, one: (call: Call) => Promise<void>): Promise<void> {
  await using folder = await temporaryFolder('left')
  await using api = await (provider === 'claude' ? fakeAnthropic : fakeGemini)(hanging)
  const [cwd, scratch] = [join(folder.path, 'clone'), join(folder.path, 'scratch')]
  await makeRepository(cwd, sampleFiles)
  await mkdir(scratch)
  const before = await filesBelow(cwd)
  const env = runnerEnv({
    ...{ AI_CLI_CLAUDE: clis.claude, ANTHROPIC_API_KEY: 'key', ANTHROPIC_BASE_URL: api.url },
    ...{ AI_CLI_GEMINI: clis.gemini, GEMINI_API_KEY: 'key', GOOGLE_GEMINI_BASE_URL: api.url },
  })
  const limit = pLimit(AT_ONCE)
  const calls = Array.from({ length: TIMES }, (_, number) => {
    const prompt = `The page: "${titleOf(String(number))}". End it with <!-- docsfy:end -->`
    return limit(() =>
      one({
        number,
        env,
        provider,
        model: models[provider],
        prompt,
        system: 'Be brief.',
        maxTurns: 5,
        maxCostUsd: 1,
        cwd,
        scratch,
        log: quietLog,
      }),
    )
  })
  await Promise.all(calls)
  expect(await readdir(scratch)).toEqual([])
  expect(await filesBelow(cwd)).toEqual(before)
  expect(await processesIn(folder.path)).toEqual([])
}

const filesBelow = async (folder: string): Promise<string[]> => (await readdir(folder, { recursive: true })).toSorted()

/** Command lines of the processes whose working directory is in a folder. */
async function processesIn(folder: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(
    pids.map(async (pid) => {
      const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '')
      return cwd.startsWith(folder) ? [await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')] : []
    }),
  )
  return found.flat().filter(Boolean)
}
