import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ask } from '../../runner/ai/call/ask.ts'
import { printed } from '../support/printed.ts'
import { quietLog } from '../support/quiet-log.ts'
import { runnerEnv } from '../support/runner-env.ts'
import { temporaryFolder } from '../support/service-process.ts'
import { canMount } from '../support/small-disk.ts'

/** One call of a CLI that first runs a shell script in its HOME, then answers. */
async function callOf(folder: string, script: string) {
  const cli = join(folder, 'cli.mjs')
  const answer = printed.claude(['An answer']).map((event) => `console.log(${JSON.stringify(JSON.stringify(event))})`)
  await writeFile(
    cli,
    `import { execFileSync } from 'node:child_process'
execFileSync('bash', ['-c', ${JSON.stringify(script)}], { cwd: process.env.HOME })
${answer.join('\n')}
`,
  )
  await chmod(cli, 0o755)
  const scratch = join(folder, 'scratch')
  await mkdir(scratch)
  const warnings: string[] = []
  const result = await ask(runnerEnv({ AI_CLI_CLAUDE: cli, ANTHROPIC_API_KEY: 'k' }), {
    ...{
      provider: 'claude',
      model: 'm',
      prompt: 'hi',
      maxTurns: 1,
      system: 'Be brief.',
      maxCostUsd: undefined,
      timeoutMinutes: 1,
    },
    ...{ cwd: folder, scratch, signal: new AbortController().signal },
    log: { ...quietLog, warn: (message) => warnings.push(message) },
  })
  return { result, warnings, left: readdirSync(scratch) }
}

test('what a CLI leaves in paths that are too long for the system is removed with its HOME', async () => {
  await using folder = await temporaryFolder('clean-up')
  const deep = 'name=$(printf "d%.0s" $(seq 200)); for i in $(seq 30); do mkdir $name && cd -P $name; done; : > file'
  const called = await callOf(folder.path, deep)
  expect(called).toMatchObject({ result: { ok: true, text: 'An answer' }, warnings: [], left: [] })
})

test.skipIf(!(await canMount()))(
  'a HOME that cannot be removed is logged, and the answer counts all the same',
  async () => {
    await using folder = await temporaryFolder('clean-up')
    using _unmounted = { [Symbol.dispose]: () => unmountBelow(folder.path) }
    const called = await callOf(folder.path, 'mkdir busy && mount -t tmpfs tmpfs busy')
    expect(called).toMatchObject({
      result: { ok: true, text: 'An answer' },
      warnings: ["a call's folder could not be removed"],
      left: [expect.stringMatching(/^call-/)],
    })
  },
)

function unmountBelow(folder: string): void {
  const mounted = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
  for (const path of mounted.filter((each) => each.startsWith(`${folder}/`))) execFileSync('umount', [path])
}
