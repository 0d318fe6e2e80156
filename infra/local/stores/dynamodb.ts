import { createServer } from 'node:http'
import { join } from 'node:path'
import type { Log } from '../../../shared/log.ts'
import { unopenable } from '../damage.ts'
import { guarded } from '../guard.ts'
import { listen, stop } from '../listen.ts'
import type { Started, StoreOptions } from '../started.ts'
import { createEndpoint } from './dynamodb/endpoint.ts'
import { mendCurrent } from './dynamodb/mend-current.ts'
import { Tables } from './dynamodb/tables.ts'

/**
 * DynamoDB on disk, in `folder`, which nobody else may have open. Survives SIGKILL, and a disk that cannot be written for
 * a while. This is dynalite behind a server of our own: dynalite's ends the process when a write fails.
 *
 * @throws Error with one plain sentence when what is in the folder cannot be opened
 */
export async function startDynamoDb(folder: string, { host, credentials, log }: StoreOptions): Promise<Started> {
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
    const manifest = mendCurrent(folder)
    if (manifest) log.warn(`${join(folder, 'CURRENT')} was damaged. It names ${manifest} again; nothing is lost.`)
    return await Tables.open(folder, log)
  } catch (error) {
    throw unopenable(folder, error)
  }
}
