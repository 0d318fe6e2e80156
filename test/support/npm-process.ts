import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { promisify } from 'node:util'
import { type ChildOutput, outputOf } from './child-output.ts'
import { compileCache } from './compile-cache.ts'
import { isAlive } from './processes.ts'
import { root } from './service-process.ts'

/** A real `npm start` or `npm run demo`, with whatever runs it. */
export interface NpmProcess extends AsyncDisposable {
  child: ChildProcess
  said: ChildOutput['said']
  /** npm, and the Node.js that it runs; to be asked before either ends. */
  pids(): Promise<{ npm: number; node: number }>
}

interface NpmOptions {
  /** `['start']`, or `['run', 'demo', '--', …]`. */
  args: readonly string[]
  dataDir: string
  env?: Record<string, string>
  /** A script of sh that runs npm as `"$@"`. */
  script?: string
  /** npm has a terminal; what is written to the child's standard input is typed there. */
  terminal?: boolean
}

export function startNpm({ args, dataDir, env = {}, script, terminal = false }: NpmOptions): NpmProcess {
  const npm = ['npm', ...args]
  const plain = script === undefined ? npm : ['sh', '-c', script, 'sh', ...npm]
  const [program = '', ...rest] = terminal ? ['script', '-qefc', npm.join(' '), '/dev/null'] : plain
  const child = spawn(program, rest, {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      HOME: dataDir,
      ...compileCache,
      DATA_DIR: dataDir,
      PORT: '0',
      SHELL: '/bin/sh',
      ...env,
    },
    // A session of its own, as whatever a login, cron or a service manager starts.
    detached: true,
  })
  const output = outputOf(`npm ${args.join(' ')}`, child)
  const known: number[] = []
  return {
    child,
    said: output.said,
    async pids() {
      const below = await processesBelow(child.pid ?? 0)
      const find = (pattern: RegExp) => below.find(({ command }) => pattern.test(command))?.pid ?? 0
      const pids = { npm: find(/^npm /), node: find(/^\S*node .*infra\/local\//) }
      known.push(...Object.values(pids).filter(Boolean))
      return pids
    },
    async [Symbol.asyncDispose]() {
      for (const pid of known) if (await isAlive(pid)) process.kill(pid, 'SIGKILL')
      await output.end('SIGKILL')
    },
  }
}

/** A process, and everything that it and its children have started, as far as they are still there. */
async function processesBelow(top: number): Promise<{ pid: number; command: string }[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-ww', '-o', 'pid=,ppid=,args='])
  const all = stdout.split('\n').flatMap((line) => {
    const [, pid, parent, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []
    return pid ? [{ pid: Number(pid), parent: Number(parent), command }] : []
  })
  const below = (pid: number): typeof all =>
    all.filter(({ parent }) => parent === pid).flatMap((child) => [child, ...below(child.pid)])
  return [...all.filter(({ pid }) => pid === top), ...below(top)]
}
