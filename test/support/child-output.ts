import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { inTime, waitFor } from './wait.ts'

/** What a child process prints, and how it ends. */
export interface ChildOutput {
  /** Everything that it has printed so far. */
  text(): string
  /** What the pattern's first group finds in its output, or else the whole pattern. Rejects at once if it ends without having printed that. */
  said(pattern: RegExp): Promise<string>
  /** Its exit code, once it has ended and all of its output is here. */
  ended(): Promise<number | null>
  /** Sends it a signal, unless it has ended, and waits for its end. */
  end(signal: NodeJS.Signals): Promise<number | null>
}

/** @param name - of the program, for errors */
export function outputOf(name: string, child: ChildProcess): ChildOutput {
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (more) => (text += more))
  let hasClosed = false
  const closed = once(child, 'close').then(([code]) => code as number | null)
  // What went wrong is told to those who ask for the end; to the others it is an end.
  const noteEnd = () => (hasClosed = true)
  closed.then(noteEnd, noteEnd)
  const state = () => `it has printed:\n${text.slice(-5_000)}`
  const ended = () => inTime(`the end of ${name}`, closed, { state })
  return {
    text: () => text,
    ended,
    async said(pattern) {
      const { found } = await waitFor(`${name} to print ${pattern}`, look, ({ found }) => found !== null)
      return found?.[1] ?? found?.[0] ?? ''

      function look() {
        // Asked for first: its last words come before its end.
        const isOver = hasClosed
        const found = pattern.exec(text)
        if (isOver && !found) throw new Error(`${name} ended without printing ${pattern}; ${state()}`)
        return { found, printed: text.slice(-5_000) }
      }
    },
    async end(signal) {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal)
      return await ended()
    },
  }
}
