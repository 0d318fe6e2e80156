import { inheritedEnv } from '../../shared/env.ts'

/** This process was asked to stop. */
export class Stopped extends Error {
  override name = 'Stopped'
  /** What a shell reports for a process that the signal killed. */
  readonly exitCode: number

  constructor(exitCode: number) {
    super('Stopped.')
    this.exitCode = exitCode
  }
}

const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const

/** The terminal sends Ctrl-C to npm and to us, and npm forwards its own. Signals this close together count as one. */
const SAME_SIGNAL_MS = 500

/** How often to check whether npm is still running. */
const CHECK_MS = 250

/**
 * Aborted, with {@link Stopped} as its reason, when this process is asked to stop: by Ctrl-C, by SIGTERM, by closing the terminal, or
 * because the npm that runs it has exited. A second request exits at once.
 */
export function stopSignal(): AbortSignal {
  const stop = new AbortController()
  let requestedAt = 0
  const request = (exitCode: number) => {
    if (stop.signal.aborted) return
    requestedAt = performance.now()
    stop.abort(new Stopped(exitCode))
  }
  whenNpmExits(() => request(exitCodes.SIGHUP))
  for (const [signal, exitCode] of Object.entries(exitCodes)) {
    process.on(signal, () => {
      if (stop.signal.aborted && performance.now() - requestedAt > SAME_SIGNAL_MS) process.exit(exitCode)
      request(exitCode)
    })
  }
  return stop.signal
}

/**
 * npm forwards SIGTERM and SIGINT but not SIGHUP, and it can't forward SIGKILL. Our npm scripts begin with `exec`, so npm itself is our
 * parent, not a shell that would wait for us. Any other parent may exit first without meaning to stop us, such as a script that
 * starts the service in the background.
 */
function whenNpmExits(callback: () => void): void {
  if (!inheritedEnv().npm_lifecycle_script?.startsWith('exec ')) return
  const npm = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === npm) return
    clearInterval(timer)
    callback()
  }, CHECK_MS)
  timer.unref()
}
