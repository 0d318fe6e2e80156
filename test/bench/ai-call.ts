import { execa } from 'execa'
import { ask } from '../../runner/ai/call/ask.ts'
import { quietLog } from '../support/quiet-log.ts'
import { runnerEnv } from '../support/runner-env.ts'
import { writeScriptedCli } from '../support/scripted-cli.ts'
import { temporaryFolder } from '../support/service-process.ts'
import { compare } from './compare.ts'

/** One call of an AI CLI that answers at once, against the same program started with the same prompt. */
export async function aiCall() {
  await using folder = await temporaryFolder('bench')
  const cli = await writeScriptedCli(folder.path, { slugs: ['one'] })
  const env = runnerEnv({ AI_CLI_CLAUDE: cli.path, ANTHROPIC_API_KEY: 'key' })
  const prompt = 'Plan the documentation.'
  const times = await compare(
    async () => {
      const answer = await ask(env, {
        ...{ provider: 'claude', model: 'opus', prompt, maxTurns: 10, system: 'Be brief.', maxCostUsd: undefined },
        ...{
          cwd: folder.path,
          scratch: folder.path,
          timeoutMinutes: 1,
          signal: AbortSignal.timeout(60_000),
          log: quietLog,
        },
      })
      if (!answer.ok) throw new Error(answer.message)
    },
    async () => await execa(process.execPath, [cli.path, '--model', 'opus'], { input: prompt }),
    40,
  )
  return { what: 'a call of an AI CLI', floorIs: 'the same program, started directly', ...times }
}
