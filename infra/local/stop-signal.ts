/** This process was told to end. */
export class Stopped extends Error {
  override name = 'Stopped'
  /** What a shell reports of a process that the signal ended. */
  readonly exitCode: number

  constructor(exitCode: number) {
    super('Stopped.')
    this.exitCode = exitCode
  }
}

const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const

/** npm passes on the Ctrl-C that the terminal has sent to both: this close together, two signals are one. */
const SAME_MS = 500

/**
 * Aborted, with a {@link Stopped} as its reason, when this process is told to end: Ctrl-C, SIGTERM, a closed terminal. Told once
 * more it ends at once.
 */
export function stopSignal(): AbortSignal {
  const stop = new AbortController()
  let toldAt = 0
  for (const [signal, exitCode] of Object.entries(exitCodes)) {
    process.on(signal, () => {
      if (stop.signal.aborted && performance.now() - toldAt > SAME_MS) process.exit(exitCode)
      if (stop.signal.aborted) return
      toldAt = performance.now()
      stop.abort(new Stopped(exitCode))
    })
  }
  return stop.signal
}
