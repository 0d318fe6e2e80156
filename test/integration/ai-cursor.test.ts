import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ask } from '../../runner/ai/call/ask.ts'
import { gitLimits } from '../../runner/ai/call/git-limits.ts'
import { neutralise } from '../../runner/stages/neutralise.ts'
import { quietLog } from '../support/quiet-log.ts'
import { makeRepository } from '../support/repository.ts'
import { runnerEnv } from '../support/runner-env.ts'
import { temporaryFolder } from '../support/service-process.ts'

const stub = (report: string) => `
import { readFileSync, writeFileSync } from 'node:fs'
const stdin = readFileSync(0, 'utf8')
const config = JSON.parse(readFileSync(process.env.HOME + '/.cursor/cli-config.json', 'utf8'))
writeFileSync(${JSON.stringify(report)}, JSON.stringify({ argv: process.argv.slice(2), env: process.env, stdin, config, cwd: process.cwd() }))
console.log(JSON.stringify({ type: 'result', subtype: 'success', is_error: false, result: 'Hello', usage: { inputTokens: 5, outputTokens: 2 } }))
`

test('cursor gets its prompt on stdin, its own environment, and none of the repository’s configuration', async () => {
  await using folder = await temporaryFolder('cursor')
  const [cli, scratch, clone, report] = ['cursor.mjs', 'scratch', 'clone', 'report.json'].map((name) =>
    join(folder.path, name),
  ) as [string, string, string, string]
  await writeFile(cli, stub(report))
  await chmod(cli, 0o755)
  await mkdir(scratch)
  await makeRepository(clone, { '.cursor/hooks.json': '{}', 'deep/.claude/settings.json': '{}', 'src/cursor.ts': '' })
  await neutralise(clone, 'cursor')
  expect(await readdir(clone, { recursive: true })).toEqual(['deep', 'src', 'src/cursor.ts'])

  const env = runnerEnv({ AI_CLI_CURSOR: cli, CURSOR_API_KEY: 'cursor-key', ANTHROPIC_API_KEY: 'another-key' })
  const answer = await ask(env, {
    ...{
      provider: 'cursor',
      model: '--yolo',
      prompt: 'What is this?',
      maxTurns: 5,
      system: 'Be brief.',
      maxCostUsd: 1,
    },
    ...{ cwd: clone, scratch, timeoutMinutes: 1, signal: new AbortController().signal, log: quietLog },
  })
  expect(answer).toEqual({ ok: true, text: 'Hello', usage: { costUsd: null, input: 5, cached: 0, output: 2 } })
  const seen = JSON.parse(await readFile(report, 'utf8'))
  expect(seen.argv).toEqual(['-p', '--output-format', 'json', '--mode', 'ask', '--trust', '--model=--yolo'])
  // It has no other way to be told.
  expect(seen.stdin).toBe('Be brief.\n\nWhat is this?')
  expect(seen.cwd).toBe(clone)
  const home = expect.stringContaining(scratch)
  const common = { PATH: env.PATH, HOME: home, TMPDIR: home, LANG: 'C.UTF-8', ...gitLimits(clone) }
  expect(seen.env).toEqual({ ...common, CURSOR_API_KEY: 'cursor-key' })
  expect(seen.config.permissions.deny).toEqual(expect.arrayContaining(['Shell(*)', 'Write(**)']))
})
