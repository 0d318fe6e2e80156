import { spawn } from 'node:child_process'
import { type ChildOutput, outputOf } from './child-output.ts'
import { compileCache } from './compile-cache.ts'
import { root } from './service-process.ts'

export interface DemoProcess extends AsyncDisposable {
  /** Everything that it has printed so far. */
  output(): string
  said: ChildOutput['said']
  end: ChildOutput['end']
  ended: ChildOutput['ended']
}

/** Starts `npm run demo`'s program in a process of its own. */
export function startDemo(dataDir: string, args: readonly string[], env: Record<string, string> = {}): DemoProcess {
  const child = spawn(process.execPath, [`${root}infra/local/demo.ts`, ...args], {
    env: { PATH: process.env.PATH, HOME: dataDir, ...compileCache, DATA_DIR: dataDir, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = outputOf('the demo', child)
  return {
    output: output.text,
    said: output.said,
    end: output.end,
    ended: output.ended,
    async [Symbol.asyncDispose]() {
      await output.end('SIGKILL')
    },
  }
}
