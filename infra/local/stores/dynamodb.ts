import { createServer } from 'node:http'
import type { Log } from '../../../shared/log.ts'
import { listen, stop } from '../listen.ts'
import type { Started } from '../started.ts'
import { createEndpoint } from './dynamodb/endpoint.ts'
import { Tables } from './dynamodb/tables.ts'

/**
 * DynamoDB on disk, in `folder`, which nobody else may have open. Survives SIGKILL, and a disk that cannot be written for
 * a while. This is dynalite behind a server of our own: dynalite's ends the process when a write fails.
 *
 * @throws Error with one plain sentence when what is in the folder cannot be opened
 */
export async function startDynamoDb(folder: string, host: string, log: Log): Promise<Started> {
  const tables = await Tables.open(folder, log)
  const server = createServer(createEndpoint(tables, log))
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
