import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readPage } from '../../runner/ai/answer/read-page.ts'
import { askWithRetries } from '../../runner/ai/call/retries.ts'
import { Provider } from '../../shared/variant.ts'
import { openSampleSession } from '../support/ai-session.ts'
import { patience } from '../support/limits.ts'
import { printed } from '../support/printed.ts'
import { temporaryFolder } from '../support/service-process.ts'

const whole = '# T\n\nText.\n\n<!-- docsfy:end -->'
const half = '# T\n\nTex'

/** What each CLI prints for a failed request to its API. */
const failed: Record<Provider, object[]> = {
  claude: [
    { type: 'system', subtype: 'init', tools: ['Read'], mcp_servers: [] },
    { type: 'result', subtype: 'success', is_error: true, api_error_status: 404, result: 'no such model' },
  ],
  gemini: [
    { type: 'init' },
    {
      type: 'result',
      status: 'error',
      error: { type: 'unknown', message: '[API Error: models/m is not found for API version v1 (Status: NOT_FOUND)]' },
    },
  ],
  cursor: [{ type: 'result', is_error: true, result: 'Cannot use this model: m' }],
}

/** The whole page, then a tool call, and no result. cursor prints nothing before its result. */
const unfinished = (provider: Provider) => printed[provider]([whole, '']).slice(0, -1)
/** The same, then the connection breaks. */
const broken: Record<'claude' | 'gemini', object> = {
  claude: { type: 'result', subtype: 'success', is_error: true, result: 'API Error: Connection lost mid-response' },
  gemini: { type: 'result', status: 'error', error: { message: '[API Error: terminated]' } },
}

type End = 'exits with 0' | 'exits with 1' | 'is killed' | 'goes on'

interface Ending {
  prints(provider: Provider): object[]
  afterwards: End
  /** Undefined for the page; else what the failure says. */
  message?: RegExp
  calls?: number
  /** In minutes, if the call has to end by its own time-out. */
  timeout?: number
  for?: readonly Provider[]
}

/** Long enough for a program to start on a busy machine. */
const TIMEOUT = (20 * patience) / 60
const LIMIT_MS = 50_000 * patience

const endings: Record<string, Ending> = {
  'a whole answer': { prints: (provider) => printed[provider]([whole]), afterwards: 'exits with 0' },
  'a whole answer, and exit code 1': { prints: (provider) => printed[provider]([whole]), afterwards: 'exits with 1' },
  'a whole answer, and death by a signal': {
    prints: (provider) => printed[provider]([whole]),
    afterwards: 'is killed',
  },
  'a whole answer, and no end': { prints: (provider) => printed[provider]([whole]), afterwards: 'goes on' },
  'a failure, and no end': {
    prints: (provider) => failed[provider],
    afterwards: 'goes on',
    message: /does not offer the model 'm' to this key/,
  },
  'a failure, and exit code 0': {
    prints: (provider) => failed[provider],
    afterwards: 'exits with 0',
    message: /does not offer the model 'm' to this key/,
  },
  'an empty answer': {
    prints: (provider) => printed[provider]([' ']),
    afterwards: 'exits with 0',
    message: /gave an empty answer/,
    calls: 2,
  },
  'a truncated answer without a sign of it': {
    prints: (provider) => printed[provider]([half]),
    afterwards: 'exits with 0',
    message: /answer was cut off/,
    calls: 3,
  },
  'nothing, and exit code 0': {
    prints: () => [],
    afterwards: 'exits with 0',
    message: /ended without a result/,
    calls: 3,
  },
  'a whole answer and a tool call, then our time-out': {
    prints: unfinished,
    afterwards: 'goes on',
    timeout: TIMEOUT,
    for: ['claude', 'gemini'],
  },
  'half an answer, then our time-out': {
    prints: (provider) => printed[provider]([half, '']).slice(0, -1),
    afterwards: 'goes on',
    timeout: TIMEOUT / 4,
    message: /did not answer within/,
  },
  'a whole answer and a tool call, then a lost connection': {
    prints: (provider) => [...unfinished(provider), broken[provider === 'gemini' ? 'gemini' : 'claude']],
    afterwards: 'exits with 1',
    for: ['claude', 'gemini'],
  },
  'a whole answer and a tool call, then death by a signal': {
    prints: unfinished,
    afterwards: 'is killed',
    for: ['claude', 'gemini'],
  },
}

const ends: Record<End, string> = {
  'exits with 0': 'process.exitCode = 0',
  'exits with 1': 'process.exitCode = 1',
  'is killed': "process.stdout.write('', () => process.kill(process.pid, 'SIGKILL'))",
  'goes on': "process.on('SIGTERM', () => undefined); setInterval(() => undefined, 1_000)",
}

async function endingOf(provider: Provider, { prints, afterwards, timeout }: Ending) {
  await using folder = await temporaryFolder('endings')
  const path = join(folder.path, 'cli.mjs')
  const lines = prints(provider).map((event) => `console.log(${JSON.stringify(JSON.stringify(event))})`)
  await writeFile(
    path,
    `import { readFileSync } from 'node:fs'\nreadFileSync(0)\n${lines.join('\n')}\n${ends[afterwards]}\n`,
  )
  await chmod(path, 0o755)
  const { session, lines: logged } = await openSampleSession(
    folder.path,
    { provider, path, key: 'k' },
    { minutes: timeout ?? 5, timeLeftMs: 3_600_000 },
  )
  const label = "page 't'"
  const started = Date.now()
  const request = { label, maxTurns: 3, check: (texts: readonly string[]) => readPage(texts, 'T') }
  const ended = await askWithRetries(session, 'Write', request).then(
    (text) => ({ text, message: undefined }),
    (error) => ({ text: undefined, message: String(error.message) }),
  )
  const calls = logged.filter((line) => / (answered|ended) after /.test(line)).length
  return { ...ended, calls, ms: Date.now() - started }
}

describe.each(Provider.options)('%s', (provider) => {
  const cases = Object.entries(endings).filter(([, ending]) => ending.for?.includes(provider) ?? true)
  test.concurrent.each(cases)('%s', async (_, ending) => {
    const ended = await endingOf(provider, ending)
    if (ending.message) expect(ended.message).toMatch(ending.message)
    else expect(ended.text).toBe('# T\n\nText.')
    expect(ended.calls).toBe(ending.calls ?? 1)
    expect(ended.ms).toBeLessThan(LIMIT_MS)
  })
})
