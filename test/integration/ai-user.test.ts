import { execFile } from 'node:child_process'
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { ask } from '../../runner/ai/call/ask.ts'
import { makeScratch } from '../../runner/ai/call/call-directory.ts'
import { quietLog } from '../support/quiet-log.ts'
import { runnerEnv } from '../support/runner-env.ts'
import { root, temporaryFolder } from '../support/service-process.ts'

const NOBODY = 65_534
const asRoot = test.skipIf(process.getuid?.() !== 0)

/** A fake claude that answers with what a shell can find out. */
const spy = `#!/bin/sh
if [ "$1" = --version ]; then echo 1; exit; fi
cat > /dev/null
mkdir -p "$HOME/deep/er" && echo x > "$HOME/deep/er/file" && chmod 700 "$HOME/deep"
parent=$PPID
environ=$(cat /proc/$parent/environ 2>/dev/null | tr '\\0' ' ' | grep -c PATH)
found="uid=$(id -u) gid=$(id -g) groups=$(id -G) environ=$environ readme=$(cat README.md) above=$(ls .. 2>/dev/null | wc -l) beside=$(ls "$HOME/.." 2>/dev/null | wc -l) mine=$(ls -A "$HOME" | tr '\\n' ' ')"
printf '{"type":"system","subtype":"init","tools":["Read"],"mcp_servers":[]}\\n'
printf '{"type":"assistant","message":{"content":[{"type":"text","text":"%s"}]}}\\n' "$found"
printf '{"type":"result","is_error":false,"result":"","total_cost_usd":0}\\n'
`

asRoot('a CLI with a user of its own reads the clone, writes its HOME, and sees nothing of the runner', async () => {
  await using folder = await temporaryFolder('user')
  // With the mode that the runner sets: passable but not listable.
  await chmod(folder.path, 0o711)
  const [cli, clone] = ['claude', 'clone'].map((name) => join(folder.path, name)) as [string, string]
  await writeFile(cli, spy)
  await chmod(cli, 0o755)
  const [scratch] = await Promise.all([makeScratch(folder.path), mkdir(clone)])
  await mkdir(join(scratch, 'call-of-another-page'))
  await writeFile(join(clone, 'README.md'), 'hello')
  const env = runnerEnv({
    AI_CLI_CLAUDE: cli,
    ANTHROPIC_API_KEY: 'k',
    AI_CLI_UID: String(NOBODY),
    AI_CLI_GID: String(NOBODY),
  })
  const signal = new AbortController().signal
  const question = {
    provider: 'claude' as const,
    model: 'm',
    prompt: 'hi',
    maxTurns: 1,
    system: 'Be brief.',
    maxCostUsd: undefined,
  }
  const answer = await ask(env, { ...question, cwd: clone, scratch, timeoutMinutes: 1, signal, log: quietLog })
  expect(answer).toMatchObject({
    text: `uid=${NOBODY} gid=${NOBODY} groups=${NOBODY} environ=0 readme=hello above=0 beside=0 mine=deep`,
  })
  expect(await readdir(scratch)).toEqual(['call-of-another-page'])
})

asRoot('with the runner’s user the same CLI can read all of that, so the test above is meaningful', async () => {
  await using folder = await temporaryFolder('user')
  const cli = join(folder.path, 'claude')
  await writeFile(cli, spy)
  await chmod(cli, 0o755)
  await writeFile(join(folder.path, 'README.md'), 'hello')
  const env = runnerEnv({ AI_CLI_CLAUDE: cli, ANTHROPIC_API_KEY: 'k' })
  const signal = new AbortController().signal
  const question = {
    provider: 'claude' as const,
    model: 'm',
    prompt: 'hi',
    maxTurns: 1,
    system: 'Be brief.',
    maxCostUsd: undefined,
  }
  const options = { ...question, cwd: folder.path, scratch: folder.path, timeoutMinutes: 1, signal, log: quietLog }
  expect(await ask(env, options)).toMatchObject({ text: expect.stringMatching(/uid=0 .* environ=[1-9]/) })
})

test.skipIf(process.getuid?.() !== 0 || process.platform !== 'linux')(
  'the same works with only the rights that a runner has on AWS, and the call leaves nothing behind',
  async () => {
    await using folder = await temporaryFolder('user')
    await chmod(folder.path, 0o711)
    const [cli, clone] = ['claude', 'clone'].map((name) => join(folder.path, name)) as [string, string]
    await writeFile(cli, spy)
    await chmod(cli, 0o755)
    const [scratch] = await Promise.all([makeScratch(folder.path), mkdir(clone)])
    await writeFile(join(clone, 'README.md'), 'hello')
    const env = {
      AI_CLI_CLAUDE: cli,
      AI_CLI_UID: String(NOBODY),
      AI_CLI_GID: String(NOBODY),
      // Its credentials are a file in the call's HOME.
      CLAUDE_CODE_USE_VERTEX: '1',
      GOOGLE_CREDENTIALS_JSON: '{"type":"service_account"}',
    }
    const question = { provider: 'claude', model: 'm', prompt: 'hi', maxTurns: 1 }
    const call = { ...question, cwd: clone, scratch, timeoutMinutes: 1 }
    const fewRights = ['--bounding-set=-all,+setuid,+setgid,+kill', '--inh-caps=-all', '--', process.execPath]
    const program = [`${root}test/support/call-cli.ts`, JSON.stringify(env), JSON.stringify(call)]
    const { stdout } = await promisify(execFile)('setpriv', [...fewRights, ...program])
    expect(JSON.parse(stdout)).toMatchObject([
      { ok: true, text: '1' },
      {
        ok: true,
        text: `uid=${NOBODY} gid=${NOBODY} groups=${NOBODY} environ=0 readme=hello above=0 beside=0 mine=deep google-credentials.json`,
      },
    ])
    expect(await readdir(scratch)).toEqual([])
  },
)
