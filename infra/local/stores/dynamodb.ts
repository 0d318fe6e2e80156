import dynalite from 'dynalite'
import { listen, stop } from '../listen.ts'
import type { Started } from '../started.ts'

/** DynamoDB on disk, in `folder`, which nobody else may have open. Survives SIGKILL. */
export async function startDynamoDb(folder: string, host: string): Promise<Started> {
  const server = dynalite({ path: folder, createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 })
  // dynalite throws from its own 'error' listener: a client that dies in mid-request would take the whole machine down.
  server.on('request', (request) => request.removeAllListeners('error').on('error', () => {}))
  const url = await listen(server, host, 0)
  return { url, close: () => stop(server) }
}
