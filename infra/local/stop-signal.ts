import { inheritedEnv } from '../../shared/env.ts'

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

/** How often it is looked whether npm is still there. */
const LOOK_MS = 250

/**
 * Aborted, with a {@link Stopped} as its reason, when this process is told to end: Ctrl-C, SIGTERM, a closed terminal, the end of
 * the npm that runs it. Told once more it ends at once.
 */
export function stopSignal(): AbortSignal {
  const stop = new AbortController()
  let toldAt = 0
  const tell = (exitCode: number) => {
    if (stop.signal.aborted) return
    toldAt = performance.now()
    stop.abort(new Stopped(exitCode))
  }
  whenNpmIsGone(() => tell(exitCodes.SIGHUP))
  for (const [signal, exitCode] of Object.entries(exitCodes)) {
    process.on(signal, () => {
      if (stop.signal.aborted && performance.now() - toldAt > SAME_MS) process.exit(exitCode)
      tell(exitCode)
    })
  }
  return stop.signal
}

/**
 * npm passes on SIGTERM and SIGINT, but not SIGHUP, and SIGKILL leaves it no chance. Its scripts begin with `exec`, so it is our
 * parent, and not a shell that would wait for us. Whoever else starts this may end before it: a script that starts it in
 * the background, for one.
 */
function whenNpmIsGone(tell: () => void): void {
  if (!inheritedEnv().npm_lifecycle_script?.startsWith('exec ')) return
  const npm = process.ppid
  const looking = setInterval(() => {
    if (process.ppid === npm) return
    clearInterval(looking)
    tell()
  }, LOOK_MS)
  looking.unref()
}
