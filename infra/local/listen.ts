import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

const graceMilliseconds = 5000

/**
 * Starts listening and returns the URL to call: `http://127.0.0.1:8000`.
 *
 * @throws Error that says what to do if it can't listen
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

/** Stops accepting connections, lets running requests finish, and closes the rest after five seconds. */
export async function stop(server: Server): Promise<void> {
  if (!server.listening) return
  // The callback, not the 'close' event: dynalite closes its files between the two.
  const closed = new Promise<void>((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()))
  })
  // A connection that was busy at `close` is kept alive after its response.
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
      return `Port ${port} on ${host} is already in use. Stop the program that uses it, or set PORT=${next}.`
    }
    case 'EACCES':
      return `Port ${port} on ${host} is reserved for administrators. Set PORT=8000 or another port above 1023.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `This machine has no address ${host} to listen on. Set HOST=127.0.0.1 or another address of this machine.`
    default:
      return `Cannot listen on port ${port} of ${host}: ${error.message}. Set PORT or HOST to something else.`
  }
}
