import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

const graceMilliseconds = 5000

/**
 * Starts to listen and gives the address to call, `http://127.0.0.1:8000`.
 * Rejects with one plain sentence that says what to do.
 */
export async function listen(server: Server, host: string, port: number): Promise<string> {
  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (error) {
    throw new Error(refusal(host, port, error as NodeJS.ErrnoException), { cause: error })
  }
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  const name = reachable.includes(':') ? `[${reachable}]` : reachable
  return `http://${name}:${(server.address() as AddressInfo).port}`
}

/** Takes no more connections, lets running requests finish, and cuts what is left after five seconds. */
export async function stop(server: Server): Promise<void> {
  if (!server.listening) return
  // Not the event: dynalite closes its files between that and the callback.
  const closed = new Promise<void>((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()))
  })
  // A connection that was busy at `close` stays open, kept alive, after its response.
  const idle = setInterval(() => server.closeIdleConnections(), 50)
  const cut = setTimeout(() => server.closeAllConnections(), graceMilliseconds)
  try {
    await closed
  } finally {
    clearInterval(idle)
    clearTimeout(cut)
  }
}

function refusal(host: string, port: number, error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'EADDRINUSE': {
      const next = port < 65535 ? port + 1 : 8000
      return `Port ${port} on ${host} is already in use: stop what listens there, or choose another with PORT=${next}.`
    }
    case 'EACCES':
      return `Port ${port} on ${host} may only be used by an administrator: choose another with PORT=8000.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `This machine has no address ${host} to listen on: choose another with HOST=127.0.0.1.`
    default:
      return `Cannot listen on port ${port} of ${host}: ${error.message}.`
  }
}
