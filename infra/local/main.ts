import { once } from 'node:events'
import * as z from 'zod'
import { inheritedEnv, LocalEnv, provideEnv, readEnv } from '../../shared/env.ts'
import { outliveOutput } from '../../shared/log.ts'
import { claude } from '../../shared/providers/claude.ts'
import { plainly } from './plainly.ts'
import { startAnnounced } from './start-announced.ts'
import { stopSignal } from './stop-signal.ts'

outliveOutput()

/** `npm start`: the service alone, until it is told to end. */
await plainly(async () => {
  const stop = stopSignal()
  const env = inheritedEnv()
  const standIn = !hasWayToClaude(env)
  if (standIn && env.AI_MODEL === undefined) provideEnv({ AI_MODEL: 'stand-in' })
  const service = await startAnnounced(readEnv(LocalEnv), { standIn })
  if (standIn)
    console.error('No ANTHROPIC_API_KEY (nor Bedrock or Vertex): a stand-in plays claude; no model is asked.')
  if (!stop.aborted) await once(stop, 'abort')
  await service.close()
  process.exit(0)
})

/** Any of these set means that the real CLI is to be used. */
function hasWayToClaude(variables: Record<string, string>): boolean {
  const { CLAUDE_CODE_USE_BEDROCK, CLAUDE_CODE_USE_VERTEX } = readEnv(z.object(claude.settings), variables)
  return Boolean(
    variables.AI_CLI_CLAUDE || variables.ANTHROPIC_API_KEY || CLAUDE_CODE_USE_BEDROCK || CLAUDE_CODE_USE_VERTEX,
  )
}
