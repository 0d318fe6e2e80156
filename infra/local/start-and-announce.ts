import type { LocalEnv } from '../../shared/env.ts'
import { type Service, startService } from './service.ts'
import type { CliChoice } from './task-definition.ts'

/** Starts the service and says where it is before anything that it logs: lines of the start are printed after that. */
export async function startAnnounced(env: LocalEnv, cli: CliChoice): Promise<Service> {
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
