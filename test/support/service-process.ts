import { spawn } from 'node:child_process'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pRetry from 'p-retry'
import { removeTree } from '../../shared/remove-tree.ts'
import { outputOf } from './child-output.ts'
import { compileCache } from './compile-cache.ts'

export const root = fileURLToPath(new URL('../..', import.meta.url))

export interface ServiceProcess {
  url: string
  adminKey: string
  dataDir: string
  pid: number
  /** Everything that it has printed so far. */
  output(): string
  /** Ends it as Ctrl-C does. */
  stop(): Promise<void>
  /** Ends it as `kill -9` does. */
  kill(): Promise<void>
}

/** A fresh folder, removed with `await using`. */
export async function temporaryFolder(name: string): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), `docsfy-${name}-`))
  return {
    path,
    // A process that is ending may still write into it. `rm` with `maxRetries` would retry at each level of a deep tree.
    [Symbol.asyncDispose]: () => pRetry(() => removeTree(path), { retries: 5, factor: 1, minTimeout: 200 }),
  }
}

/** Starts `npm start`'s program in a process of its own, on a free port. */
export async function startServiceProcess(
  dataDir: string,
  env: Record<string, string> = {},
  nodeFlags: readonly string[] = [],
): Promise<ServiceProcess> {
  const child = spawn(process.execPath, [...nodeFlags, `${root}infra/local/main.ts`], {
    env: {
      PATH: process.env.PATH,
      HOME: dataDir,
      ...compileCache,
      DATA_DIR: dataDir,
      PORT: '0',
      LOG_LEVEL: 'info',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = outputOf('the service', child)
  const url = await output.said(/docsfy runs at (\S+)/)
  const adminKey = env.ADMIN_KEY ?? (await readFile(join(dataDir, 'admin-key'), 'utf8')).trim()
  const end = async (signal: NodeJS.Signals) => {
    await output.end(signal)
  }
  return {
    url,
    adminKey,
    dataDir,
    pid: child.pid ?? 0,
    output: output.text,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  }
}

/** Runs `npm start`'s program to its end. Lines of its log are in `log`, all others in `output`. */
export async function startToTheEnd(
  env: Record<string, string>,
  [program, ...before]: [string, ...string[]] = [process.execPath],
): Promise<{ code: number | null; output: string; log: string }> {
  const child = spawn(program, [...before, `${root}infra/local/main.ts`], {
    env: { PATH: process.env.PATH, ...compileCache, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const printed = outputOf('the service', child)
  const code = await printed.ended()
  const isLog = (line: string) => /^\{.*\}\n$/.test(line)
  const lines = printed.text().split(/(?<=\n)/)
  return { code, output: lines.filter((line) => !isLog(line)).join(''), log: lines.filter(isLog).join('') }
}
