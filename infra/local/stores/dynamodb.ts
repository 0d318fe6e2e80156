import { createServer } from 'node:http'
import { join } from 'node:path'
import type { Log } from '../../../shared/log.ts'
import { explainOpenFailure } from '../damage.ts'
import { guarded } from '../guard.ts'
import { listen, stop } from '../listen.ts'
import type { RunningServer, StoreOptions } from '../running-server.ts'
import { createEndpoint } from './dynamodb/endpoint.ts'
import { repairCurrent } from './dynamodb/repair-current.ts'
import { Tables } from './dynamodb/tables.ts'

/**
 * Starts DynamoDB on disk, in `folder`, which no other process may have open. Survives SIGKILL, and a disk that can't be written for a
 * while. It is dynalite behind our own HTTP server: dynalite's server ends the process when a write fails.
 *
 * @throws Error that says what to do if the folder can't be opened
 */
export async function startDynamoDb(folder: string, { host, credentials, log }: StoreOptions): Promise<RunningServer> {
  const tables = await open(folder, log)
  const server = createServer(guarded(createEndpoint(tables, log), credentials))
  try {
    const url = await listen(server, host, 0)
    const close = async () => {
      await stop(server)
      await tables.close()
    }
    return { url, close }
  } catch (error) {
    await tables.close()
    throw error
  }
}

async function open(folder: string, log: Log): Promise<Tables> {
  try {
    const manifest = repairCurrent(folder)
    if (manifest)
      log.warn(`${join(folder, 'CURRENT')} was damaged and was repaired: it names ${manifest} again. Nothing is lost.`)
    return await Tables.open(folder, log)
  } catch (error) {
    throw explainOpenFailure(folder, error)
  }
}
