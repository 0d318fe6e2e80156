import type { LocalEnv } from '../../shared/env.ts'
import { type Service, startService } from './service.ts'
import type { CliChoice } from './task-definition.ts'

/** Starts the service and prints its address. Log lines from the start-up are held back until then. */
export async function startAndAnnounce(env: LocalEnv, cli: CliChoice): Promise<Service> {
  process.stdout.cork()
  try {
    const service = await startService(env, cli)
    console.error(`docsfy runs at ${service.url}`)
    console.error(
      service.adminKeyFile
        ? `The admin key is kept in ${service.adminKeyFile}`
        : 'The admin key is ADMIN_KEY from the configuration',
    )
    return service
  } finally {
    process.stdout.uncork()
  }
}
