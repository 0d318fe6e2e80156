import { once } from 'node:events'
import * as z from 'zod'
import { inheritedEnv, LocalEnv, provideEnv, readEnv } from '../../shared/env.ts'
import { outliveOutput } from '../../shared/log.ts'
import { claude } from '../../shared/providers/claude.ts'
import { exitOnError } from './exit-on-error.ts'
import { startAndAnnounce } from './start-and-announce.ts'
import { stopSignal } from './stop-signal.ts'

outliveOutput()

/** `npm start`: runs the service until it is stopped. */
await exitOnError(async () => {
  const stop = stopSignal()
  const env = inheritedEnv()
  const standIn = !isClaudeConfigured(env)
  if (standIn && env.AI_MODEL === undefined) provideEnv({ AI_MODEL: 'stand-in' })
  const service = await startAndAnnounce(readEnv(LocalEnv), { standIn })
  if (standIn) console.error('No ANTHROPIC_API_KEY, Bedrock or Vertex: a stand-in replaces claude and calls no model.')
  if (!stop.aborted) await once(stop, 'abort')
  await service.close()
  process.exit(0)
})

/** Any of these variables selects the real CLI. */
function isClaudeConfigured(variables: Record<string, string>): boolean {
  const { CLAUDE_CODE_USE_BEDROCK, CLAUDE_CODE_USE_VERTEX } = readEnv(z.object(claude.settings), variables)
  return Boolean(
    variables.AI_CLI_CLAUDE || variables.ANTHROPIC_API_KEY || CLAUDE_CODE_USE_BEDROCK || CLAUDE_CODE_USE_VERTEX,
  )
}
