import { createServer } from 'node:http'
import { listen, stop } from '../listen.ts'

/** This port, or 0 for any if it is taken: the demo prints its addresses, so it does not depend on one. */
export async function freePort(host: string, port: number): Promise<number> {
  const server = createServer()
  try {
    await listen(server, host, port)
    return port
  } catch {
    return 0
  } finally {
    await stop(server)
  }
}
