import { once } from 'node:events'
import { inheritedEnv, LocalEnv, provideEnv, readEnv } from '../../shared/env.ts'
import { outliveOutput } from '../../shared/log.ts'
import { plainly } from './plainly.ts'
import { startAnnounced } from './start-announced.ts'
import { stopSignal } from './stop-signal.ts'

/** Any of these set means that the real CLI is to be used. */
const WAYS_TO_CLAUDE = ['AI_CLI_CLAUDE', 'ANTHROPIC_API_KEY', 'CLAUDE_CODE_USE_BEDROCK', 'CLAUDE_CODE_USE_VERTEX']

outliveOutput()

/** `npm start`: the service alone, until it is told to end. */
await plainly(async () => {
  const stop = stopSignal()
  const env = inheritedEnv()
  const standIn = !WAYS_TO_CLAUDE.some((name) => env[name])
  if (standIn && env.AI_MODEL === undefined) provideEnv({ AI_MODEL: 'stand-in' })
  const service = await startAnnounced(readEnv(LocalEnv), { standIn })
  if (standIn)
    console.error('No ANTHROPIC_API_KEY (nor Bedrock or Vertex): a stand-in plays claude; no model is asked.')
  if (!stop.aborted) await once(stop, 'abort')
  await service.close()
  process.exit(0)
})
