import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { killTaskProcesses } from './task-processes.ts'

const me = fileURLToPath(import.meta.url)

/** A synchronous {@link killTaskProcesses} for several tasks, to be used while this process exits. */
export function killTaskProcessesNow(taskDirectories: readonly string[]): void {
  if (taskDirectories.length > 0) spawnSync(process.execPath, [me, ...taskDirectories])
}

if (process.argv[1] === me) await Promise.all(process.argv.slice(2).map(killTaskProcesses))
