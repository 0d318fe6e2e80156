import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { root } from './service-process.ts'

export interface DemoProcess extends AsyncDisposable {
  /** Everything that it has printed so far. */
  output(): string
  /** What the pattern's first group finds in its output, once it is there. */
  said(pattern: RegExp): Promise<string>
  /** Tells it to end, and gives what it ended with. */
  end(signal: NodeJS.Signals): Promise<number | null>
  /** What it ends with by itself. */
  ended: Promise<number | null>
}

/** Starts `npm run demo`'s program in a process of its own. */
export function startDemo(dataDir: string, args: readonly string[], env: Record<string, string> = {}): DemoProcess {
  const child = spawn(process.execPath, [`${root}infra/local/demo.ts`, ...args], {
    env: { PATH: process.env.PATH, HOME: dataDir, DATA_DIR: dataDir, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
  const ended = once(child, 'close').then(([code]) => code as number | null)
  return {
    output: () => output,
    ended,
    async said(pattern) {
      for (;;) {
        const found = pattern.exec(output)
        if (found) return found[1] ?? found[0]
        if (child.exitCode !== null) throw new Error(`It ended without saying ${pattern}:\n${output}`)
        await sleep(50)
      }
    },
    async end(signal) {
      child.kill(signal)
      return await ended
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
