import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ask, checkProvider } from '../../runner/ai/call/ask.ts'
import type { Provider } from '../../shared/variant.ts'
import { partsShown } from '../support/parts-of-secret.ts'
import { quietLog } from '../support/quiet-log.ts'
import { runnerEnv } from '../support/runner-env.ts'
import { temporaryFolder } from '../support/service-process.ts'

const KEY = 'sk-"quoted"\\-0123456789\nthe second line of it/ü+=\nthird'
const keyNames = { claude: 'ANTHROPIC_API_KEY', gemini: 'GEMINI_API_KEY', cursor: 'CURSOR_API_KEY' }

/** Runs a Node.js script as a provider's CLI. In the script, `key` is the provider's key. */
async function asking(provider: Provider, source: string) {
  await using folder = await temporaryFolder('secrets')
  const [cli, cwd, scratch] = ['cli.mjs', 'clone', 'scratch'].map((name) => join(folder.path, name)) as [
    string,
    string,
    string,
  ]
  const print = 'const print = (...events) => events.forEach((event) => console.log(JSON.stringify(event)))'
  await writeFile(
    cli,
    `#!/usr/bin/env node\nconst key = process.env.${keyNames[provider]} ?? ${JSON.stringify(KEY)}\n${print}\n${source}\n`,
  )
  await chmod(cli, 0o755)
  await Promise.all([mkdir(cwd), mkdir(scratch)])
  const env = runnerEnv({ [`AI_CLI_${provider.toUpperCase()}`]: cli, [keyNames[provider]]: KEY })
  const question = {
    provider,
    model: 'm',
    prompt: 'Write',
    maxTurns: 1,
    system: 'Be brief.',
    maxCostUsd: undefined,
    timeoutMinutes: 1,
  }
  const options = { ...question, cwd, scratch, signal: new AbortController().signal, log: quietLog }
  return { version: await checkProvider(env, options), answer: await ask(env, options) }
}

const begin = `print({ type: 'system', subtype: 'init', tools: ['Read'], mcp_servers: [] })`
const [kept, tail] = [1_000, 64 * 1024]

describe('no part of a key appears in any report on a CLI that prints it', () => {
  const cases: [name: string, provider: Provider, source: string][] = [
    ['on stderr', 'claude', "console.error('my key is ' + key + '.'); process.exitCode = 1"],
    ['on stderr, as JSON', 'gemini', 'console.error(JSON.stringify({ headers: { key } })); process.exitCode = 1'],
    [
      'on stderr, percent-encoded',
      'cursor',
      "console.error('GET /?key=' + encodeURIComponent(key)); process.exitCode = 1",
    ],
    ['where a quote of it begins', 'claude', `console.error(key + 'x'.repeat(${kept - 20})); process.exitCode = 1`],
    ['where a quote of it begins', 'gemini', `console.error(key + 'x'.repeat(${kept - 20})); process.exitCode = 1`],
    ['where a quote of it begins', 'cursor', `console.error(key + 'x'.repeat(${kept - 20})); process.exitCode = 1`],
    [
      'where what is kept of stderr begins',
      'claude',
      `console.error('x'.repeat(99) + key.split('\\n')[0] + ' '.repeat(${tail - 12})); process.exitCode = 1`,
    ],
    [
      'in a failure that it tells',
      'claude',
      `${begin}; print({ type: 'result', is_error: true, result: 'no: ' + key + 'x'.repeat(${kept - 15}) })`,
    ],
    [
      'in a failure that it tells',
      'gemini',
      `print({ type: 'result', error: { message: '[API Error: ' + JSON.stringify({ error: { message: key } }) + ']' } }); process.exitCode = 1`,
    ],
    ['in a failure that it tells', 'cursor', `print({ type: 'result', is_error: true, result: key })`],
    [
      'as a tool',
      'claude',
      `print({ type: 'system', subtype: 'init', tools: [key], mcp_servers: [] }); if (!process.argv.includes('--version')) setInterval(() => {}, 1000)`,
    ],
    [
      'in its answer',
      'claude',
      `${begin}; print({ type: 'assistant', message: { content: [{ type: 'text', text: '# Key\\n\\n' + key }] } }, { type: 'result' })`,
    ],
    [
      'in its answer',
      'gemini',
      `print({ type: 'message', role: 'assistant', content: JSON.stringify({ key }) }, { type: 'result' })`,
    ],
    [
      'in its answer',
      'cursor',
      `print({ type: 'result', result: key.split('\\n').map((line) => '> ' + line).join('\\n') })`,
    ],
    ['as its version', 'claude', `console.log('9'.repeat(90) + key); ${begin}`],
    ['as why it has no version', 'claude', `console.error(key + 'x'.repeat(${kept - 20})); process.exit(1)`],
  ]
  test.each(cases)('%s: %s', async (_name, provider, source) => {
    const told = await asking(provider, source)
    const texts = [told.version, told.answer].map((answer) => (answer.ok ? answer.text : answer.message))
    expect(texts.join('\n')).toContain('***')
    for (const text of texts) expect(partsShown(text, KEY)).toEqual([])
  })
})
