import { inheritedEnv, LocalEnv, provideEnv, readEnv } from '../../shared/env.ts'
import { plainly } from './plainly.ts'
import { startService } from './service.ts'

/** `npm start`: the service alone, until Ctrl-C. */
await plainly(async () => {
  const { AI_CLI_CLAUDE, ANTHROPIC_API_KEY, AI_MODEL } = inheritedEnv()
  const standIn = !AI_CLI_CLAUDE && !ANTHROPIC_API_KEY
  if (standIn && !AI_MODEL) provideEnv({ AI_MODEL: 'stand-in' })
  const service = await startService(readEnv(LocalEnv), { standIn })
  console.error(`docsfy runs at ${service.url}`)
  console.error(
    service.adminKeyFile
      ? `The admin key is kept in ${service.adminKeyFile}`
      : 'The admin key is ADMIN_KEY from the configuration',
  )
  if (standIn) console.error('No ANTHROPIC_API_KEY and no AI_CLI_CLAUDE: a stand-in plays claude; no model is asked.')
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void service.close().then(() => process.exit(0)))
  }
})
